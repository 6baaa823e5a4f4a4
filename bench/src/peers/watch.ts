/** Sees when nobody gets any further: a wait without a bound, whose wakeup was lost, would be for ever. */
import { INSIDE, PASSED, TAKEN, TOLD } from "./peers.js"

/** Nobody did anything for so long: they hang. */
export const PATIENCE_MS = 10_000

export class Watch {
  readonly #words: Int32Array
  #seen = -1
  #sinceMs = 0

  constructor(words: Int32Array) {
    this.#words = words
  }

  /** Turns taken so far, of both sides. */
  get turns(): number {
    return this.#sum(TAKEN)
  }

  /** Whether, at this moment, they hang: nothing has happened since `PATIENCE_MS`. */
  hangs(nowMs: number): boolean {
    const seen = this.turns + this.#sum(PASSED) + Atomics.load(this.#words, INSIDE)
    if (seen !== this.#seen) {
      this.#seen = seen
      this.#sinceMs = nowMs
    }
    return nowMs - this.#sinceMs >= PATIENCE_MS
  }

  /** Wakeups that were lost: those that a bound made up for, and, if they hang, that of a turn which was passed and not taken. */
  lost(isHung: boolean): number {
    const isUntaken = this.#sum(PASSED) > this.turns
    return Atomics.load(this.#words, TOLD) + (isHung && isUntaken ? 1 : 0)
  }

  #sum([a, b]: readonly [number, number]): number {
    return Atomics.load(this.#words, a) + Atomics.load(this.#words, b)
  }
}
