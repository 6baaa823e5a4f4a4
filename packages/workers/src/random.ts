/** Seeded random numbers: sfc32 (Chris Doty-Humphrey), 128 bits of state, good enough for schedules and quick. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, stream = 0) {
    this.#a = seed | 0
    this.#b = stream | 0
    this.#c = 0x9e3779b9 | 0
    for (let i = 0; i < 16; i++) this.next()
  }

  /** 32 random bits, signed. */
  next(): number {
    const t = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t
    this.#c |= 0
    return t
  }

  /** A whole number from 0 to below `n`. */
  below(n: number): number {
    return (this.next() >>> 0) % n
  }

  /** A number from 0 to below 1. */
  fraction(): number {
    return (this.next() >>> 0) / 4_294_967_296
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0
  }
}
