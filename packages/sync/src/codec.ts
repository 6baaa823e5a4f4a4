/** How values become bytes, and bytes values: for what is kept in a heap. */

/** Two functions that undo each other. Both sides need the same: it is not shared with the bytes. */
export interface Codec<T> {
  /** The bytes are copied before anything else happens. */
  encode(value: T): Uint8Array
  /** The bytes are its own. */
  decode(bytes: Uint8Array): T
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Whatever JSON can say: no `undefined`, functions, cycles or bigints; dates become texts. */
export const JSON_TEXT: Codec<unknown> = {
  encode(value) {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw new TypeError("Cannot encode a value that JSON has no text for")
    return encoder.encode(text)
  },
  decode: (bytes) => JSON.parse(decoder.decode(bytes)) as unknown,
}

/** Bytes as they are. */
export const BYTES: Codec<Uint8Array> = { encode: (bytes) => bytes, decode: (bytes) => bytes }
