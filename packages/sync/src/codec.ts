/** How values become bytes, and bytes values: for what is kept in a heap. */

/** Two functions that undo each other. Both sides need the same: it is not shared with the bytes. `From`: what it also takes in place of a `T`. */
export interface Codec<T, From = T> {
  /** The bytes are copied before anything else happens. */
  encode(value: From): Uint8Array
  /** The bytes are its own. */
  decode(bytes: Uint8Array<ArrayBuffer>): T
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Whatever JSON can say: no `undefined`, functions, cycles or bigints (TypeError); dates become texts. */
export const JSON_TEXT: Codec<unknown> = {
  encode(value) {
    const text = textOf(value)
    if (text === undefined) throw new TypeError("Cannot encode a value that JSON has no text for")
    return encoder.encode(text)
  },
  decode(bytes) {
    try {
      return JSON.parse(decoder.decode(bytes)) as unknown
    } catch (cause) {
      throw new TypeError("Cannot decode a value: it is no JSON; all threads need the codec that it was written with", {
        cause,
      })
    }
  },
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined
  } catch (cause) {
    // What a `toJSON` or a getter throws is its own.
    if (!(cause instanceof TypeError)) throw cause
    throw new TypeError(`Cannot encode a value as JSON: ${cause.message}`, { cause })
  }
}

/** Bytes as they are; what comes back is a copy. */
export const BYTES: Codec<Uint8Array<ArrayBuffer>, Uint8Array> = { encode: (bytes) => bytes, decode: (bytes) => bytes }
