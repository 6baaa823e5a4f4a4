/**
 * Names in shared memory: a word of length and checksum, then UTF-8. The checksum makes it visible when a name was
 * overwritten while it was read: then it is not a name but an oops.
 */
import { Name } from "../built/layout.js"

const encoder = new TextEncoder()
/** A byte order mark is a letter of the name like any other. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/**
 * The bytes of a name: ask before you take anything to write it into. @throws RangeError when there are more than 56,
 * or when they would not read back as the same name (half a surrogate pair)
 */
export function checkName(name: string): Uint8Array {
  const bytes = encoder.encode(name)
  if (decoder.decode(bytes) !== name)
    throw new RangeError(`Cannot use ${JSON.stringify(name)} as a name: it holds half a surrogate pair`)
  if (bytes.length <= Name.capacity) return bytes
  throw new RangeError(`Cannot use a name of ${bytes.length} bytes: ${Name.capacity} is the most ("${name}")`)
}

/** Writes a name. @throws RangeError as `checkName` */
export function writeName(words: Int32Array, address: number, name: string): void {
  const bytes = checkName(name)
  const view = new Uint8Array(words.buffer)
  view.fill(0, address + Name.bytes, address + Name.bytes + Name.capacity)
  view.set(bytes, address + Name.bytes)
  words[address >> 2] = bytes.length | (checksum(bytes) << 8)
}

/** Reads a name; undefined when what lies there is none: poisoned, or torn. */
export function readName(words: Int32Array, address: number): string | undefined {
  if (address < 0 || address + Name.bytes + Name.capacity > words.byteLength) return undefined
  const check = words[address >> 2] ?? 0
  const length = check & 0xff
  if (length > Name.capacity) return undefined
  const bytes = new Uint8Array(length)
  const start = address + Name.bytes
  let text = ""
  for (let i = 0; i < length; i++) {
    const byte = (words[(start + i) >> 2]! >> (((start + i) & 3) << 3)) & 0xff
    bytes[i] = byte
    text += String.fromCharCode(byte)
  }
  if (checksum(bytes) !== check >> 8) return undefined
  return bytes.some((b) => b > 127) ? decoder.decode(bytes) : text
}

/** 24 bits of FNV-1a. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash << 8) >> 8
}
