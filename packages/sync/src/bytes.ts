/** Bytes that somebody gave: what a view on them really is, whatever its properties say. */
import { show } from "@outlive/core/building"

/** What was given, and how long it was then. */
export interface Bytes {
  readonly bytes: Uint8Array
  readonly length: number
}

interface Getters {
  readonly buffer: (this: Uint8Array) => ArrayBufferLike
  readonly byteOffset: (this: Uint8Array) => number
  readonly byteLength: (this: Uint8Array) => number
}

const { buffer, byteOffset, byteLength } = Object.fromEntries(
  Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array)).map(
    ([name, { get }]) => [name, get],
  ),
) as unknown as Getters

const TypedArrays = Object.getPrototypeOf(Uint8Array.prototype) as object
const tag = Object.getOwnPropertyDescriptor(TypedArrays, Symbol.toStringTag)!.get as (this: unknown) => unknown

/** Also one of another realm: in a `vm` context, as tests run in, that is what `node:v8` returns. */
export const isUint8Array = (given: unknown): given is Uint8Array => tag.call(given) === "Uint8Array"

/** The length of the language's own getter: a subclass, or a property of the object, may say something else. */
export const lengthOf = (bytes: Uint8Array): number => byteLength.call(bytes)

/** Whole words of these bytes, as a view on the same memory; undefined when they do not begin at a word. */
export function wordsOf(bytes: Uint8Array, length: number): Int32Array | undefined {
  const offset = byteOffset.call(bytes)
  return offset % 4 === 0 ? new Int32Array(buffer.call(bytes), offset, length >> 2) : undefined
}

/** Bytes of any view. `doing`: what is to be done with them. @throws TypeError for what is no view, or one whose memory has gone */
export function bytesOf(doing: string, view: ArrayBufferView): Bytes {
  if (!ArrayBuffer.isView(view))
    throw new TypeError(`Cannot ${doing} ${show(view)}: bytes are needed, as a Uint8Array or another view`)
  const bytes = view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  const length = lengthOf(bytes)
  if (length === 0 && !isThere(bytes))
    throw new TypeError(`Cannot ${doing} bytes: their buffer was detached, by postMessage() or transfer()`)
  return { bytes, length }
}

/** A copy that is nobody else's: `slice` of a Node `Buffer` is none. */
export const copied = ({ bytes, length }: Bytes): Bytes => ({
  bytes: new Uint8Array(bytes).subarray(0, length),
  length,
})

/** A view of no bytes may be one on a buffer that was posted away, or shrank: then what was meant is lost. */
function isThere(bytes: Uint8Array): boolean {
  try {
    return new Uint8Array(buffer.call(bytes), 0, 0).length === 0
  } catch {
    return false
  }
}
