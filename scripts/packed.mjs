/** Writes WebAssembly as a text that `packages/core/src/host/packed.ts` reads: there it is said why. */

const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (c) => !"\"'\\`$<~}".includes(c),
)
const RARE = ["~", "}"]

/** `{ frequent, text }`. */
export function pack(bytes) {
  const times = Array.from({ length: 256 }, () => 0)
  for (const byte of bytes) times[byte]++
  const { length } = ALPHABET
  const frequent = times
    .map((_, byte) => byte)
    .sort((a, b) => times[b] - times[a] || a - b)
    .slice(0, length)
  const rarer = times.map((_, byte) => byte).filter((byte) => !frequent.includes(byte))
  const codes = new Map(frequent.map((byte, i) => [byte, ALPHABET[i]]))
  rarer.forEach((byte, i) => codes.set(byte, RARE[Math.floor(i / length)] + ALPHABET[i % length]))
  return {
    frequent: frequent.map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    text: Array.from(bytes, (byte) => codes.get(byte)).join(""),
  }
}
