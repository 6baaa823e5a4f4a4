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
  const known = new Map<string, number>()
  for (const [i, c] of ALPHABET.entries()) {
    known.set(c, values[i]!)
    for (const [n, rare] of RARE.entries()) known.set(rare + c, rarer[n * ALPHABET.length + i]!)
  }
  const bytes = new Uint8Array(text.length)
  let size = 0
  for (let i = 0; i < text.length; i++) bytes[size++] = known.get(text[i]!) ?? known.get(text[i]! + text[++i]!)!
  return bytes.slice(0, size)
}
