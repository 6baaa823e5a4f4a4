/** The bytes of a version, in blocks of a heap. */
import { type Seat, blocksIn, hostOops, slots, version } from "@outlive/core/building"
import type { Bytes } from "./bytes.js"

const BLOCK_BYTES = 4 * version.Capacity

/** How many blocks a value of so many bytes takes. */
export const blocksFor = (bytes: number): number => Math.max(1, Math.ceil(bytes / BLOCK_BYTES))
/** How long a value can be: it has all the heap's blocks then. */
export const mostBytesIn = (thread: Seat): number => blocksIn(thread) * BLOCK_BYTES

const views = new WeakMap<ArrayBufferLike, Uint8Array>()

/** All of the memory in bytes, one view for each heap. */
function allBytes(words: Int32Array): Uint8Array {
  const known = views.get(words.buffer)
  if (known) return known
  const bytes = new Uint8Array(words.buffer)
  views.set(words.buffer, bytes)
  return bytes
}

/** Writes a version that nobody else knows yet. */
export function writeVersion({ words }: Seat, first: number, { bytes, length }: Bytes): void {
  const target = allBytes(words)
  let block = first
  for (let done = 0; done < length; done += BLOCK_BYTES) {
    const from = block + slots.first
    const count = Math.min(BLOCK_BYTES, length - done)
    for (let i = 0; i < count; i++) target[from + i] = bytes[done + i]!
    block = words[(block + slots.next) >> 2]!
  }
}

/** The bytes of a version. In a read section. @throws OopsError BROKEN_LIST when the heap is damaged */
export function readVersion({ words, name }: Seat, first: number, most: number): Uint8Array<ArrayBuffer> {
  const source = allBytes(words)
  const length = words[(first + slots.count) >> 2]!
  if (length < 0 || length > most)
    throw hostOops(name, "BROKEN_LIST", `A version says that it has ${length} bytes: the heap is damaged`, first)
  const bytes = new Uint8Array(length)
  let block = first
  for (let done = 0; done < length; done += BLOCK_BYTES) {
    const from = block + slots.first
    const count = Math.min(BLOCK_BYTES, length - done)
    for (let i = 0; i < count; i++) bytes[done + i] = source[from + i]!
    block = words[(block + slots.next) >> 2]!
  }
  return bytes
}
