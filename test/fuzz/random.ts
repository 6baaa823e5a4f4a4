/** Numbers that look random and come again from the same seed (SplitMix32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** 32 bits. */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }

  /** A whole number from 0 to below this. */
  below(limit: number): number {
    return (this.word() >>> 0) % limit
  }

  /** True so many times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** A seed of its own for each step of a run. */
export function seedOf(seed: number, step: number): number {
  return new Random((seed ^ Math.imul(step + 1, 0x85ebca6b)) | 0).word()
}
