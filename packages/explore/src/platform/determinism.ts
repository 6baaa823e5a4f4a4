/** Makes chance and time functions of the thread and of how often it asked. */
import { construct } from "./construct.js"

/** Every run of a thread sees the same day. */
const EPOCH_MS = 1_700_000_000_000
/** Between two looks at the time, at most so much of it passes: about 50 days. */
const LONGEST_MS = 2 ** 32

/** In ms, by the platform's clock: while code of a thread runs, `performance.now` is another. */
export const platformsNow: () => number = performance.now.bind(performance)

export class Determinism {
  private readonly seed: number
  private thread = 0
  private asked = 0
  /** How often the thread has looked at the time. */
  looks = 0
  private clockMs = 0
  private readonly random = Math.random
  private readonly platformsDate = globalThis.Date
  private readonly dateNow = Date.now
  private readonly performanceNow = performance.now
  private readonly hrtime = process.hrtime

  constructor(seed: number) {
    this.seed = seed
  }

  enter(thread: number): void {
    this.thread = thread
    this.asked = 0
    this.looks = 0
    this.clockMs = 0
    Math.random = this.nextRandom
    globalThis.Date = this.date
    this.platformsDate.now = this.nextDate
    performance.now = this.nextMs
    process.hrtime = this.nextHrtime
  }

  leave(): void {
    Math.random = this.random
    globalThis.Date = this.platformsDate
    this.platformsDate.now = this.dateNow
    performance.now = this.performanceNow
    process.hrtime = this.hrtime
  }

  private readonly nextRandom = () => {
    let x = Math.imul(this.seed ^ Math.imul(this.thread + 1, 0x9e3779b1), 0x85ebca6b) + ++this.asked * 0x61c88647
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
    return ((x ^ (x >>> 15)) >>> 0) / 0x1_0000_0000
  }

  /**
   * Time goes on with each look at it, at first by a millisecond, then by more and more: a deadline passes after a few
   * looks, however far away it is. (Each look more would be another execution.)
   */
  private readonly nextMs = () => (this.clockMs += Math.min(2 ** Math.max(0, ++this.looks - 3), LONGEST_MS))

  private readonly nextDate = () => EPOCH_MS + this.nextMs()

  private readonly date: DateConstructor = new Proxy(this.platformsDate, {
    construct: (target, parameters: [], as) =>
      construct(target, parameters.length === 0 ? [this.nextDate()] : parameters, as, this.date),
    apply: (target) => new target(this.nextDate()).toString(),
  })

  private readonly nextHrtime = Object.assign(
    (since: readonly [number, number] = [0, 0]): [number, number] => {
      const ms = this.nextMs() - since[0] * 1e3 - since[1] / 1e6
      const seconds = Math.floor(ms / 1e3)
      return [seconds, Math.round((ms - seconds * 1e3) * 1e6)]
    },
    { bigint: () => BigInt(this.nextMs()) * 1_000_000n },
  )
}
