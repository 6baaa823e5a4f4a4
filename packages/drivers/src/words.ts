/** Words of a scheduler that users are given the fences of (`layered.ts`). */
export const LAYER_WORDS = 4

/** Words that threads share outside the heap: registers of a device, and what its driver writes down in plain memory. */
export class Words {
  readonly #words: Int32Array

  constructor(words: Int32Array) {
    this.#words = words
  }

  get length(): number {
    return this.#words.length
  }

  load(at: number): number {
    return Atomics.load(this.#words, at)
  }

  store(at: number, value: number): void {
    Atomics.store(this.#words, at, value)
  }

  /** Returns what was there before. */
  add(at: number, by: number): number {
    return Atomics.add(this.#words, at, by)
  }

  /** Returns what was there before. */
  exchange(at: number, value: number): number {
    return Atomics.exchange(this.#words, at, value)
  }

  /** True for the one who changes it. */
  claim(at: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, at, from, to) === from
  }

  /** Does something while nobody else does; undefined, and nothing is done, while somebody does. */
  alone<T>(at: number, body: () => T): T | undefined {
    if (!this.claim(at, 0, 1)) return undefined
    try {
      return body()
    } finally {
      this.store(at, 0)
    }
  }

  /** Words of their own, from these. */
  part(from: number, length: number): Words {
    return new Words(this.#words.subarray(from, from + length))
  }
}
