/** Makes `Math.random`, `Date.now` and `performance.now` functions of the thread and of how often it asked. */

/** Every run of a thread sees the same day. */
const EPOCH_MS = 1_700_000_000_000

export class Determinism {
  readonly #seed: number
  #thread = 0
  #asked = 0
  #clock = 0
  readonly #random = Math.random
  readonly #dateNow = Date.now
  readonly #performanceNow = performance.now

  constructor(seed: number) {
    this.#seed = seed
  }

  enter(thread: number): void {
    this.#thread = thread
    this.#asked = 0
    this.#clock = 0
    Math.random = this.#nextRandom
    Date.now = this.#nextDate
    performance.now = this.#nextTime
  }

  leave(): void {
    Math.random = this.#random
    Date.now = this.#dateNow
    performance.now = this.#performanceNow
  }

  readonly #nextRandom = () => {
    let x = Math.imul(this.#seed ^ Math.imul(this.#thread + 1, 0x9e3779b1), 0x85ebca6b) + ++this.#asked * 0x61c88647
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
    return ((x ^ (x >>> 15)) >>> 0) / 0x1_0000_0000
  }

  /** Time goes on by a millisecond for each look at it, so that deadlines pass. */
  readonly #nextDate = () => EPOCH_MS + ++this.#clock
  readonly #nextTime = () => ++this.#clock
}
