/**
 * The methods of a view that is seen. Each tells exactly the elements that it reads and writes, when it does: those that
 * call functions of the model in between go from element to element, through the proxy.
 */
import { observing } from "./observer.js"
import { targetOf } from "./targets.js"

type AnyMethod = (...parameters: unknown[]) => unknown

/** Array's own methods do to a proxy, element by element, what the view's do to the view. */
const ELEMENT_BY_ELEMENT = [
  "at",
  "entries",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "forEach",
  "includes",
  "indexOf",
  "join",
  "keys",
  "lastIndexOf",
  "reduce",
  "reduceRight",
  "some",
  "toLocaleString",
  "toString",
  "values",
] as const

export function makeMethods(
  view: Int32Array,
  proxy: Int32Array,
  wrap: (part: Int32Array) => Int32Array,
): ReadonlyMap<string | symbol, unknown> {
  /** Elements, from one to before another. */
  const tell = (write: boolean, from: number, to: number) => {
    const bytes = view.BYTES_PER_ELEMENT
    if (to > from) observing()?.visitPlain(view.buffer, view.byteOffset + from * bytes, (to - from) * bytes, write)
  }
  const make = (length: number) => new (view.constructor as Int32ArrayConstructor)(length)
  const methods = new Map<string | symbol, unknown>()
  for (const name of ELEMENT_BY_ELEMENT) {
    const method = Array.prototype[name] as AnyMethod
    methods.set(name, (...parameters: unknown[]) => method.apply(proxy, parameters))
  }
  methods.set(Symbol.iterator, methods.get("values"))
  const own = {
    copyWithin(target: number, start: number, end?: number) {
      const { length } = view
      const [to, from] = [within(target, length), within(start, length)]
      const count = Math.min(endWithin(end, length) - from, length - to)
      view.copyWithin(target, start, end)
      tell(false, from, from + count)
      tell(true, to, to + count)
      return proxy
    },
    fill(value: number, start?: number, end?: number) {
      const { length } = view
      view.fill(value, start, end)
      tell(true, within(start, length), endWithin(end, length))
      return proxy
    },
    filter(keeps: (value: number, index: number, all: Int32Array) => unknown, self?: unknown) {
      const kept: number[] = []
      for (let index = 0; index < view.length; index++) {
        const value = proxy[index]!
        if (keeps.call(self, value, index, proxy)) kept.push(value)
      }
      const made = make(kept.length)
      made.set(kept)
      return made
    },
    map(change: (value: number, index: number, all: Int32Array) => number, self?: unknown) {
      const made = make(view.length)
      for (let index = 0; index < view.length; index++) made[index] = change.call(self, proxy[index]!, index, proxy)
      return made
    },
    reverse() {
      const { length } = view
      const half = length >> 1
      view.reverse()
      // The element in the middle stays where it is.
      for (const write of [false, true]) {
        tell(write, 0, half)
        tell(write, length - half, length)
      }
      return proxy
    },
    set(source: ArrayLike<number>, offset = 0) {
      const from = targetOf(source)
      const { length } = from
      view.set(from, offset)
      if (ArrayBuffer.isView(from) && from.buffer === view.buffer)
        observing()?.visitPlain(from.buffer, from.byteOffset, from.byteLength, false)
      const at = Math.trunc(offset) || 0
      tell(true, at, at + length)
    },
    slice(start?: number, end?: number) {
      const { length } = view
      const made = view.slice(start, end)
      tell(false, within(start, length), endWithin(end, length))
      return made
    },
    sort(compare?: (a: number, b: number) => number) {
      // All are read, then compared, then all are written.
      const sorted = view.slice()
      tell(false, 0, view.length)
      view.set(sorted.sort(compare))
      tell(true, 0, view.length)
      return proxy
    },
    subarray: (start?: number, end?: number) => wrap(view.subarray(start, end)),
    toReversed() {
      tell(false, 0, view.length)
      return view.toReversed()
    },
    toSorted(compare?: (a: number, b: number) => number) {
      const sorted = view.slice()
      tell(false, 0, view.length)
      return sorted.sort(compare)
    },
    with(index: number, value: number) {
      const { length } = view
      const replaced = Math.trunc(index) || 0
      const at = replaced < 0 ? length + replaced : replaced
      if (at < 0 || at >= length) throw new RangeError(`Invalid typed array index: ${index}`)
      const made = view.slice()
      made[at] = value
      tell(false, 0, at)
      tell(false, at + 1, length)
      return made
    },
  }
  for (const [name, method] of Object.entries(own)) methods.set(name, method)
  return methods
}

/** A relative index as the language takes it: from the end if negative, and not beyond either end. */
function within(index: number | undefined, length: number): number {
  const integer = Math.trunc(index ?? 0) || 0
  return integer < 0 ? Math.max(0, length + integer) : Math.min(integer, length)
}

function endWithin(end: number | undefined, length: number): number {
  return end === undefined ? length : within(end, length)
}
