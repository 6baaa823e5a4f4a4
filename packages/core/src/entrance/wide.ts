/** Numbers of 64 bits as two words. */

/** Two words as one unsigned number. */
export function readWide(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}

/** The low 32 bits of a number, as a word. */
export function lowWord(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}

/** The 32 bits above those. */
export function highWord(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n))
}
