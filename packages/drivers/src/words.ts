import { type Seated, isGone } from "./departed.js"

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

  /**
   * Does something while nobody else does; undefined, and nothing is done, while somebody does.
   * @param finish what one who died in there had begun, or who comes out of it by an error; without it nobody comes in after the dead
   */
  alone<T>(at: number, thread: Seated, body: () => T, finish?: () => void): T | undefined {
    const holder = this.load(at)
    if (holder !== 0 && (!finish || !isGone(thread, holder))) return undefined
    if (!this.claim(at, holder, thread.record)) return undefined
    if (holder !== 0) finish!()
    try {
      return body()
    } catch (error) {
      finish?.()
      throw error
    } finally {
      this.store(at, 0)
    }
  }

  /** Words of their own, from these. */
  part(from: number, length: number): Words {
    return new Words(this.#words.subarray(from, from + length))
  }
}
