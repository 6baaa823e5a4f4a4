/** Views whose plain accesses are seen: proxies of typed arrays and DataViews. */
import { DATA_VIEW_TRAPS } from "./data-view.js"
import { observing } from "./observer.js"
import type { Value } from "./operation.js"
import { remember } from "./targets.js"
import { makeMethods } from "./view-methods.js"
import type { ViewConstructor } from "../model.js"

export function makeView(
  type: ViewConstructor,
  memory: SharedArrayBuffer,
  byteOffset: number,
  length: number | undefined,
): object {
  return seen(new (type as Int32ArrayConstructor)(memory, byteOffset, length))
}

/** The same view, whose plain accesses are told to whoever runs. */
export function seen<T extends ArrayBufferView>(view: T): T {
  return view instanceof DataView
    ? (remember(new Proxy<DataView>(view, DATA_VIEW_TRAPS), view) as ArrayBufferView as T)
    : (wrap(view as unknown as Int32Array) as unknown as T)
}

/** A view of the same elements that is seen. */
function wrap(view: Int32Array): Int32Array {
  return remember(new Proxy(view, arrayTraps()), view)
}

/** These work on the view itself only; accessors of a class that extends it go through the proxy, so that what they do is seen. */
const PLATFORMS_OWN: ReadonlySet<string | symbol> = new Set([
  "buffer",
  "byteLength",
  "byteOffset",
  "length",
  Symbol.toStringTag,
])

/** By a setter, if there is one. */
function setProperty(view: object, key: string | symbol, value: unknown, proxy: object): boolean {
  for (let at: object | null = view; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const property = Object.getOwnPropertyDescriptor(at, key)
    if (property === undefined) continue
    return Reflect.set(view, key, value, property.set === undefined ? view : proxy)
  }
  return Reflect.set(view, key, value, view)
}

function arrayTraps(): ProxyHandler<Int32Array> {
  let methods: ReadonlyMap<string | symbol, unknown> | undefined
  return {
    get(view, key, proxy: Int32Array) {
      const index = indexOf(key)
      if (index >= 0) return readElement(observing(), view, index)
      methods ??= makeMethods(view, proxy, wrap)
      return methods.get(key) ?? (Reflect.get(view, key, PLATFORMS_OWN.has(key) ? view : proxy) as unknown)
    },
    set(view, key, value, proxy: Int32Array) {
      const index = indexOf(key)
      if (index < 0) return setProperty(view, key, value, proxy)
      writeElement(observing(), view, index, value as number)
      return true
    },
    getOwnPropertyDescriptor(view, key) {
      const index = indexOf(key)
      if (index >= 0) readElement(observing(), view, index)
      return Reflect.getOwnPropertyDescriptor(view, key)
    },
    defineProperty(view, key, descriptor) {
      const index = indexOf(key)
      const before = view[index]
      const done = Reflect.defineProperty(view, key, descriptor)
      if (done && index >= 0 && "value" in descriptor) tellElement(observing(), view, index, true, before)
      return done
    },
  }
}

function readElement(to: ReturnType<typeof observing>, view: Int32Array, index: number): unknown {
  if (index < view.length) tellElement(to, view, index, false)
  return view[index]
}

function writeElement(to: ReturnType<typeof observing>, view: Int32Array, index: number, value: number): void {
  const before = view[index]
  view[index] = value
  if (index < view.length) tellElement(to, view, index, true, before)
}

function tellElement(
  to: ReturnType<typeof observing>,
  view: Int32Array,
  index: number,
  write: boolean,
  before?: Value,
): void {
  const bytes = view.BYTES_PER_ELEMENT
  const now = view[index]
  to?.visitPlain(
    view.buffer,
    view.byteOffset + index * bytes,
    bytes,
    write,
    write ? before : now,
    write ? now : undefined,
  )
}

function indexOf(key: string | symbol): number {
  if (typeof key !== "string") return -1
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && String(index) === key ? index : -1
}
