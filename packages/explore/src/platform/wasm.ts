/**
 * WebAssembly code that shares memory. Nobody sees its operations: a thread that runs it would take many steps as one, and what
 * orders threads there would be missing, so that a correct program would be told as a race. So no thread may run it. What an
 * instance exports is wrapped when the instance is made, here and once for all: an instance may be older than the exploration.
 */
import { construct } from "./construct.js"
import { slot } from "./native.js"

type AnyFunction = (...parameters: unknown[]) => unknown
type AnyConstructor = new (...parameters: never[]) => object
type Exports = Readonly<Record<string, unknown>>

/** On what was replaced, by whichever copy of this package. */
const REPLACED: unique symbol = Symbol.for("@outlive/explore: replaced")

interface Instance {
  readonly exports: Exports
}
interface Instantiated {
  readonly instance?: Instance
}
interface Wasm {
  Memory: AnyConstructor & { readonly prototype: { grow(pages: number): number } }
  Instance: AnyConstructor
  readonly Table: { readonly prototype: Record<"get" | "set" | "grow", AnyFunction> }
  instantiate: (source: unknown, imports?: unknown) => Promise<Instantiated>
  instantiateStreaming?: (source: unknown, imports?: unknown) => Promise<Instantiated>
  readonly [REPLACED]?: WeakSet<object>
}

/** Missing where nothing may be compiled. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: Wasm }
const PlatformsMemory = wasm?.Memory

/** The function of the platform's behind each that is wrapped, and the other way. */
const UNWRAPPED = new WeakMap<AnyFunction, AnyFunction>()
const WRAPPED = new WeakMap<AnyFunction, AnyFunction>()

/** Buffers whose memory is known since it was made: all code that it was given to is wrapped. All copies know the same. */
const KNOWN = wasm?.[REPLACED] ?? new WeakSet<object>()

const REMEDY =
  'its operations are not seen. Explore the same as JavaScript: for a heap of Outlive, Heap.create({ engine: "js" })'

/** @throws ExploreError in a thread of a model */
function refuseInThread(what: string): void {
  const { runner } = slot
  // Of setup, of check: they run alone, and what they leave in the memory is seen.
  if (runner?.observer !== undefined)
    runner.refuse("wasm", `${what} WebAssembly code that shares memory, and ${REMEDY}`)
}

/** Of a memory that is older than this package, or is a copy from another thread: who else uses it is not known. */
export function refuseUnknown(buffer: ArrayBufferLike): void {
  // Of shared memory, only that of WebAssembly is frozen.
  if (!Object.isFrozen(buffer) || KNOWN.has(buffer)) return
  slot.runner?.refuse(
    "wasm",
    "uses a WebAssembly.Memory that was made before @outlive/explore was imported, or came from another thread: what WebAssembly does to it is not seen. Import @outlive/explore first, or use a SharedArrayBuffer",
  )
}

function isSharedMemory(value: unknown): value is { readonly buffer: object } {
  if (PlatformsMemory === undefined || !(value instanceof PlatformsMemory)) return false
  const { buffer } = value as unknown as { readonly buffer: { readonly [Symbol.toStringTag]: string } }
  return buffer[Symbol.toStringTag] === "SharedArrayBuffer"
}

/** Whether any module of the imports brings shared memory along. */
function bringsMemory(imports: unknown): boolean {
  if (typeof imports !== "object" || imports === null) return false
  return Object.values(imports).some(
    (module: unknown) =>
      typeof module === "object" && module !== null && Object.values(module).some((value) => isSharedMemory(value)),
  )
}

/** The same instance; if it shares memory, with functions that no thread of a model may call. */
function watched(instance: Instance, imports: unknown): Instance {
  const exported = Object.entries(instance.exports)
  const memories = exported.flatMap(([, value]) => (isSharedMemory(value) ? [value] : []))
  if (memories.length === 0 && !bringsMemory(imports)) return instance
  for (const { buffer } of memories) KNOWN.add(buffer)
  const exports = Object.create(null) as Record<string, unknown>
  for (const [name, value] of exported)
    exports[name] = typeof value === "function" ? wrapped(name, value as AnyFunction) : value
  return Object.defineProperty(instance, "exports", { value: Object.freeze(exports), enumerable: true })
}

/** WebAssembly takes no notice of what it is given too much. */
const FEW = 4

function wrapped(name: string, platforms: AnyFunction): AnyFunction {
  const refuses = () => refuseInThread(`calls "${name}" of`)
  const told: AnyFunction =
    platforms.length > FEW
      ? (...parameters) => {
          if (slot.runner !== undefined) refuses()
          return platforms(...parameters)
        }
      : // Also where nothing is explored each call passes by here: a list of what it is given would cost as much as the call.
        (a, b, c, d) => {
          if (slot.runner !== undefined) refuses()
          return platforms(a, b, c, d)
        }
  Object.defineProperties(told, { name: { value: platforms.name }, length: { value: platforms.length } })
  UNWRAPPED.set(told, platforms)
  WRAPPED.set(platforms, told)
  return told
}

/** Tables hold the platform's own functions only. */
function unwrapInTables(prototype: Record<"get" | "set" | "grow", AnyFunction>): void {
  for (const method of ["get", "set", "grow"] as const) {
    const platforms = prototype[method]
    prototype[method] = function (this: unknown, at: unknown, ...value: unknown[]) {
      const inside = value.map((one) => UNWRAPPED.get(one as AnyFunction) ?? one)
      const held = platforms.call(this, at, ...inside)
      return WRAPPED.get(held as AnyFunction) ?? held
    }
  }
}

function whenMade(make: AnyFunction): Wasm["instantiate"] {
  return async (source, imports) => {
    if (bringsMemory(imports)) refuseInThread("starts")
    const made = (await make.call(wasm, source, imports)) as Instantiated
    watched(made.instance ?? (made as Instance), imports)
    return made
  }
}

function replaceInstances(here: Wasm): void {
  const PlatformsInstance = here.Instance
  const Instance: AnyConstructor = new Proxy(PlatformsInstance, {
    construct(target, parameters: unknown[], as) {
      const [, imports] = parameters
      if (bringsMemory(imports)) refuseInThread("starts")
      return watched(construct(target, parameters, as, Instance) as Instance, imports)
    },
  })
  here.Instance = Instance
  here.instantiate = whenMade(here.instantiate as AnyFunction)
  if (here.instantiateStreaming !== undefined)
    here.instantiateStreaming = whenMade(here.instantiateStreaming as AnyFunction)
  unwrapInTables(here.Table.prototype)
}

function replaceMemories(here: Wasm): void {
  const Memory: AnyConstructor = new Proxy(here.Memory, {
    construct(target, parameters: unknown[], as) {
      const memory = construct(target, parameters, as, Memory)
      if (isSharedMemory(memory)) KNOWN.add(memory.buffer)
      return memory
    },
  })
  const { prototype } = here.Memory
  const { grow } = prototype
  // What has grown has another buffer.
  prototype.grow = function (this: unknown, pages: number) {
    const isKnown = isSharedMemory(this) && KNOWN.has(this.buffer)
    const before = grow.call(this as never, pages)
    if (isKnown) KNOWN.add((this as { readonly buffer: object }).buffer)
    return before
  }
  here.Memory = Memory as Wasm["Memory"]
}

if (wasm !== undefined && !(REPLACED in wasm)) {
  Object.defineProperty(wasm, REPLACED, { value: KNOWN })
  replaceInstances(wasm)
  replaceMemories(wasm)
}
