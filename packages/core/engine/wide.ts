/** Numbers of 64 bits in two signed words. */

/** Whether the first is above the second, as unsigned numbers. */
export function isWideAbove(lo: i32, hi: i32, otherLo: i32, otherHi: i32): bool {
  return hi != otherHi ? isAbove(hi, otherHi) : isAbove(lo, otherLo)
}

/** Unsigned comparison, in a language with signed words only: flipping the top bit maps one order to the other. */
export function isAbove(a: i32, b: i32): bool {
  return (a ^ -2147483648) > (b ^ -2147483648)
}
