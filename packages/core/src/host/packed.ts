/**
 * WebAssembly in a text, one character for most bytes: the bytes that are frequent are a character each, all others two. Compressed, such
 * a text is as small as the bytes are; base64 is larger by a third, because it cuts across them. Written by `scripts/packed.mjs`.
 */

/** All that can be printed and means nothing in a string, a template or a page. */
const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (c) => !"\"'\\`$<~}".includes(c),
)
/** What begins the two characters of a rarer byte: the first so many, and the rest. */
const RARE = ["~", "}"]

/** A build: which bytes are frequent, in hexadecimal and the most frequent first, and the text. */
export interface Packed {
  readonly frequent: string
  readonly text: string
}

/** The bytes again. */
export function unpack({ frequent, text }: Packed): Uint8Array<ArrayBuffer> {
  const values = (frequent.match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16))
  const rarer = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !values.includes(byte))
  const { length } = ALPHABET
  const ofOne = new Map(ALPHABET.map((c, i) => [c, values[i]!]))
  const ofTwo = RARE.map((_, n) => new Map(ALPHABET.map((c, i) => [c, rarer[n * length + i]!])))
  const bytes = new Uint8Array(text.length)
  let size = 0
  for (let i = 0; i < text.length; i++) {
    const rare = RARE.indexOf(text[i]!)
    bytes[size++] = rare === -1 ? ofOne.get(text[i]!)! : ofTwo[rare]!.get(text[++i]!)!
  }
  return bytes.slice(0, size)
}
