/** Views whose plain accesses are seen: proxies of typed arrays and DataViews. */
import type { Value, IntegerView } from "./operation.js"
import type { ViewConstructor } from "../model.js"

export interface Observer {
  /** Before a read, and around a write. */
  visitPlain(offset: number, bytes: number, write: boolean, before?: Value, after?: Value): void
}

type AnyView = Int32Array | DataView

const TARGETS = new WeakMap<object, AnyView>()
let made = false

/** The view behind a proxy; what is not one comes back as it is. */
export function targetOf<T extends IntegerView>(view: T): T {
  return made ? ((TARGETS.get(view) as T | undefined) ?? view) : view
}

/** Methods of typed arrays that write. All others only read. */
const WRITING = new Set(["fill", "set", "copyWithin", "reverse", "sort"])

/** Makes views that tell whoever `observer()` gives: nobody, between executions. */
export function makeView(
  type: ViewConstructor,
  memory: SharedArrayBuffer,
  byteOffset: number,
  length: number | undefined,
  observer: () => Observer | undefined,
): object {
  const view = new (type as Int32ArrayConstructor)(memory, byteOffset, length) as AnyView
  return wrap(view, observer)
}

function wrap(view: AnyView, observer: () => Observer | undefined): object {
  made = true
  const proxy = new Proxy(view, view instanceof DataView ? dataViewTraps(observer) : arrayTraps(observer))
  TARGETS.set(proxy, view)
  return proxy
}

function arrayTraps(observer: () => Observer | undefined): ProxyHandler<AnyView> {
  return {
    get(target, key) {
      const view = target as Int32Array
      const index = indexOf(key)
      if (index >= 0) {
        if (index < view.length) tellElement(observer(), view, index, false)
        return view[index]
      }
      const value = Reflect.get(view, key, view) as unknown
      return typeof value === "function" ? methodOf(view, String(key), value as AnyMethod, observer) : value
    },
    set(target, key, value) {
      const view = target as Int32Array
      const index = indexOf(key)
      if (index < 0) return Reflect.set(view, key, value, view)
      const before = view[index]
      view[index] = value as number
      if (index < view.length) tellElement(observer(), view, index, true, before)
      return true
    },
  }
}

type AnyMethod = (...parameters: unknown[]) => unknown

function tellElement(to: Observer | undefined, view: Int32Array, index: number, write: boolean, before?: Value): void {
  const bytes = view.BYTES_PER_ELEMENT
  const now = view[index]
  to?.visitPlain(view.byteOffset + index * bytes, bytes, write, write ? before : now, write ? now : undefined)
}

/** A method on the whole view counts as an access to all of it; a part of the view is a view that is seen as well. */
function methodOf(view: Int32Array, name: string, method: AnyMethod, observer: () => Observer | undefined): AnyMethod {
  return (...parameters) => {
    if (name === "subarray") return wrap(method.apply(view, parameters) as Int32Array, observer)
    const result = method.apply(
      view,
      parameters.map((parameter) => (isProxied(parameter) ? TARGETS.get(parameter) : parameter)),
    )
    observer()?.visitPlain(view.byteOffset, view.byteLength, WRITING.has(name))
    return result
  }
}

function isProxied(value: unknown): value is object {
  return typeof value === "object" && value !== null && TARGETS.has(value)
}

function dataViewTraps(observer: () => Observer | undefined): ProxyHandler<AnyView> {
  return {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown
      if (typeof value !== "function") return value
      const name = String(key)
      const access = /^(get|set)[A-Z][A-Za-z]*(8|16|32|64)$/.exec(name)
      const bytes = Number(access?.[2] ?? 0) / 8
      return (...parameters: unknown[]) => {
        const result = (value as AnyMethod).apply(target, parameters)
        const write = access?.[1] === "set"
        const seen = (write ? parameters[1] : result) as Value
        if (access !== null)
          observer()?.visitPlain(
            target.byteOffset + Number(parameters[0]),
            bytes,
            write,
            write ? undefined : seen,
            write ? seen : undefined,
          )
        return result
      }
    },
  }
}

function indexOf(key: string | symbol): number {
  if (typeof key !== "string") return -1
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && String(index) === key ? index : -1
}
