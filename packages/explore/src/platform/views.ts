/** Views whose plain accesses are seen: proxies of typed arrays and DataViews. */
import { dataViewTraps } from "./data-view.js"
import type { Observer, Observing } from "./observer.js"
import type { Value } from "./operation.js"
import { remember } from "./targets.js"
import { makeMethods } from "./view-methods.js"
import type { ViewConstructor } from "../model.js"

export function makeView(
  type: ViewConstructor,
  memory: SharedArrayBuffer,
  byteOffset: number,
  length: number | undefined,
  observer: Observing,
): object {
  const view = new (type as Int32ArrayConstructor)(memory, byteOffset, length) as Int32Array | DataView
  return view instanceof DataView ? remember(new Proxy(view, dataViewTraps(observer)), view) : wrap(view, observer)
}

/** A view of the same elements that is seen. */
function wrap(view: Int32Array, observer: Observing): Int32Array {
  return remember(new Proxy(view, arrayTraps(observer)), view)
}

function arrayTraps(observer: Observing): ProxyHandler<Int32Array> {
  let methods: ReadonlyMap<string | symbol, unknown> | undefined
  return {
    get(view, key, proxy: Int32Array) {
      const index = indexOf(key)
      if (index >= 0) return readElement(observer(), view, index)
      methods ??= makeMethods(view, proxy, observer, (part) => wrap(part, observer))
      return methods.get(key) ?? (Reflect.get(view, key, view) as unknown)
    },
    set(view, key, value) {
      const index = indexOf(key)
      if (index < 0) return Reflect.set(view, key, value, view)
      writeElement(observer(), view, index, value as number)
      return true
    },
    getOwnPropertyDescriptor(view, key) {
      const index = indexOf(key)
      if (index >= 0) readElement(observer(), view, index)
      return Reflect.getOwnPropertyDescriptor(view, key)
    },
    defineProperty(view, key, descriptor) {
      const index = indexOf(key)
      const before = view[index]
      const done = Reflect.defineProperty(view, key, descriptor)
      if (done && index >= 0 && "value" in descriptor) tellElement(observer(), view, index, true, before)
      return done
    },
  }
}

function readElement(to: Observer | undefined, view: Int32Array, index: number): unknown {
  if (index < view.length) tellElement(to, view, index, false)
  return view[index]
}

function writeElement(to: Observer | undefined, view: Int32Array, index: number, value: number): void {
  const before = view[index]
  view[index] = value
  if (index < view.length) tellElement(to, view, index, true, before)
}

function tellElement(to: Observer | undefined, view: Int32Array, index: number, write: boolean, before?: Value): void {
  const bytes = view.BYTES_PER_ELEMENT
  const now = view[index]
  to?.visitPlain(view.byteOffset + index * bytes, bytes, write, write ? before : now, write ? now : undefined)
}

function indexOf(key: string | symbol): number {
  if (typeof key !== "string") return -1
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && String(index) === key ? index : -1
}
