/**
 * Shared memory that code makes for itself, and its views: while code of a model runs, their constructors tell. Outside
 * of that the platform's own are in place. Code that kept a constructor from before is out of reach.
 */
import { construct } from "./construct.js"
import { observing } from "./observer.js"
import { targetOf } from "./targets.js"
// Before this takes the platform's constructors.
import "./wasm.js"

type AnyConstructor = new (...parameters: never[]) => object

/** Who hears of what is made. */
export interface Makers {
  /** A SharedArrayBuffer of so many bytes: gives back what `make` makes, or one from an earlier run. */
  buffer(bytes: number, make: () => SharedArrayBuffer): SharedArrayBuffer
  /** A shared WebAssembly.Memory. */
  memory(how: string, make: () => WasmMemory): WasmMemory
  /** A view on shared memory: gives back the same, or one that is seen. */
  view(view: ArrayBufferView): object
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

/** All that any platform has; the last but one from Node 24 on. */
const VIEWS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float32Array",
  "Float64Array",
  "Float16Array",
  "DataView",
] as const
const HAS_FLOAT16 = "Float16Array" in globalThis

let makers: Makers | undefined

export const PlatformsBuffer = globalThis.SharedArrayBuffer
const PlatformsBytes = globalThis.Uint8Array
/** Missing where nothing may be compiled. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: { Memory: AnyConstructor } }
const PlatformsMemory = wasm?.Memory
// oxlint-disable-next-line typescript/unbound-method -- a function without a receiver
const platformsIsView = ArrayBuffer.isView

/** What the makers say; of what they make themselves meanwhile, nobody is told. */
function tell<T>(ask: (told: Makers) => T, otherwise: () => T): T {
  const told = makers
  if (told === undefined) return otherwise()
  return untold(() => ask(told))
}

export function untold<T>(work: () => T): T {
  const told = makers
  makers = undefined
  try {
    return work()
  } finally {
    makers = told
  }
}

const Buffer: typeof PlatformsBuffer = new Proxy(PlatformsBuffer, {
  construct(target, parameters: [number], as) {
    const make = () => construct(target, parameters, as, Buffer)
    return tell((told) => told.buffer(Math.trunc(+parameters[0]) || 0, make), make)
  },
})

/** A copy: its source is read. What it is made in is told as if it were made by `new`. */
const platformsSlice = PlatformsBuffer.prototype.slice
PlatformsBuffer.prototype.slice = function slice(this: SharedArrayBuffer, start?: number, end?: number) {
  const to = observing()
  const { byteLength } = this
  const made = platformsSlice.call(this, start, end)
  if (to === undefined || made.byteLength === 0) return made
  to.visitPlain(this, Math.min(offsetOf(start, byteLength), byteLength), made.byteLength, false)
  const make = () => new PlatformsBuffer(made.byteLength)
  const copy = tell((told) => told.buffer(made.byteLength, make), make)
  new PlatformsBytes(copy).set(new PlatformsBytes(made))
  to.visitPlain(copy, 0, made.byteLength, true)
  return copy
}

function offsetOf(given: number | undefined, length: number): number {
  const offset = Math.trunc(given ?? 0) || 0
  return offset < 0 ? Math.max(0, length + offset) : offset
}

const Memory: AnyConstructor | undefined =
  PlatformsMemory &&
  new Proxy(PlatformsMemory, {
    construct(target, parameters: [{ readonly shared?: boolean }?], as) {
      const make = () => construct(target, parameters, as, Memory!) as WasmMemory
      if (parameters[0]?.shared !== true) return make()
      return tell((told) => told.memory(JSON.stringify(parameters[0]), make), make)
    },
  })

/** Of Node. */
const { Buffer: bytes } = globalThis as unknown as { Buffer?: { from: (...parameters: unknown[]) => unknown } }
const platformsFrom = bytes?.from

/** Buffers are made by the platform, and what they read of shared memory is not seen. */
function bufferFrom(...parameters: unknown[]): unknown {
  const [source] = parameters
  if (typeof source === "object" && source !== null && isShared(source as ArrayBufferLike))
    observing()?.visitUnseen("Buffer.from")
  return platformsFrom!.apply(bytes, parameters)
}

/** Without `tell` and its closures: every model's setup comes here, in a first exploration all of it is compiled. */
function tellOfView(view: ArrayBufferView, told: Makers): object {
  makers = undefined
  try {
    return told.view(view)
  } finally {
    makers = told
  }
}

type Views = Record<(typeof VIEWS)[number], AnyConstructor>
const globals = globalThis as unknown as Views
const PLATFORMS_VIEWS = viewsBy((name) => globals[name])
const SEEN_VIEWS = viewsBy((name) => {
  const type = PLATFORMS_VIEWS[name]
  const proxy: AnyConstructor = new Proxy(type, {
    construct(target, parameters: unknown[], as) {
      // A proxy is no typed array to the platform: what it is made from is looked at element by element.
      const view = construct(target, parameters, as, proxy) as ArrayBufferView
      return makers !== undefined && isShared(view.buffer) ? tellOfView(view, makers) : view
    },
  })
  return proxy
})

function viewsBy(make: (name: (typeof VIEWS)[number]) => AnyConstructor): Views {
  const there = VIEWS.filter((name) => name !== "Float16Array" || HAS_FLOAT16)
  return Object.fromEntries(there.map((name) => [name, make(name)])) as Views
}

/** From here on `told` hears of shared memory that is made, and of its views, if `withViews`. */
export function watch(told: Makers, withViews: boolean): void {
  makers = told
  globalThis.SharedArrayBuffer = Buffer
  if (wasm && Memory) wasm.Memory = Memory
  if (withViews) watchViews()
}

export function watchViews(): void {
  put(SEEN_VIEWS)
  ArrayBuffer.isView = seenIsView
  if (bytes !== undefined) bytes.from = bufferFrom
}

export function unwatch(): void {
  makers = undefined
  globalThis.SharedArrayBuffer = PlatformsBuffer
  if (wasm && PlatformsMemory) wasm.Memory = PlatformsMemory
  if (globals.Int32Array === PLATFORMS_VIEWS.Int32Array) return
  put(PLATFORMS_VIEWS)
  ArrayBuffer.isView = platformsIsView
  if (bytes !== undefined) bytes.from = platformsFrom!
}

/** Each by its name: a loop over the names takes thirty times as long. */
function put(views: Views): void {
  globals.Int8Array = views.Int8Array
  globals.Uint8Array = views.Uint8Array
  globals.Uint8ClampedArray = views.Uint8ClampedArray
  globals.Int16Array = views.Int16Array
  globals.Uint16Array = views.Uint16Array
  globals.Int32Array = views.Int32Array
  globals.Uint32Array = views.Uint32Array
  globals.BigInt64Array = views.BigInt64Array
  globals.BigUint64Array = views.BigUint64Array
  globals.Float32Array = views.Float32Array
  globals.Float64Array = views.Float64Array
  if (HAS_FLOAT16) globals.Float16Array = views.Float16Array
  globals.DataView = views.DataView
}

const seenIsView = (value: unknown): value is ArrayBufferView => platformsIsView(targetOf(value))

/** Also of another realm. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return (buffer as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag] === "SharedArrayBuffer"
}
