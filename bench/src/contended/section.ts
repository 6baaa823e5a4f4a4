/** A lock with a critical section of some length, and work outside of it: what is told of a turn is how long the lock was waited for. */
import type { Place } from "@outlive/programs"
import { Random } from "@outlive/workers"
import { Arrivals } from "./arrivals.js"
import type { Sleeps } from "./sleeps.js"
import type { Holds, SectionLoad } from "./workload.js"

/** As in the program `counter`, which prepares and checks: no addition may be lost. */
const [LOCK, COUNT, LAST] = [0, 1, 2]
/** From here on a turn is so long that two looks at the clock do not matter: each is timed. */
const LONG = 400
let sink = 1

export class SectionWork {
  readonly warmUp: number
  /** A lock that makes somebody wait for very long is to be measured, too. */
  readonly mostWarmUpMs = 100
  readonly batch = 1
  readonly keepsTime = true
  readonly stride: () => number
  readonly once: () => void
  readonly timed: () => number
  #mostInARow = 0
  #sleepsBefore: Omit<Holds, "mostInARow"> = { parks: 0, wakes: 0 }
  readonly #arrivals: Arrivals | undefined
  readonly #sleeps: Sleeps
  readonly #rest: () => void

  constructor(
    place: Place,
    { section, outside, rate, apart }: SectionLoad,
    seed: number,
    sleeps: Sleeps,
    rest: () => void,
  ) {
    const { engine, record, cell, read, write } = place
    const [lock, count, last] = [cell(LOCK), cell(COUNT), cell(LAST)]
    const me = place.index + 1
    const rounds = section + outside
    let inARow = 0
    const inside = () => {
      write(count, read(count) + 1)
      // Guarded by the lock: whoever finds itself there was alone since.
      if (read(last) === me) inARow++
      else {
        inARow = 1
        write(last, me)
      }
      if (inARow > this.#mostInARow) this.#mostInARow = inARow
      work(section)
    }
    this.#sleeps = sleeps
    this.#rest = rest
    this.warmUp = Math.max(500, Math.round(2_000_000 / (100 + rounds)))
    // Of a random length: threads that go round in step would else be timed at the same place again and again.
    const chance = new Random(seed + place.index)
    this.stride = rounds >= LONG || rate > 0 ? () => 1 : () => 1 + chance.below(2 * apart - 1)
    const arrivals = rate > 0 ? new Arrivals(rate, () => chance.fraction()) : undefined
    this.#arrivals = arrivals
    this.once = () => {
      engine.lock(record, lock)
      inside()
      engine.unlock(record, lock)
      work(outside)
    }
    this.timed = () => {
      // In an open loop from when the turn was due, not from when this thread came to it.
      const start = arrivals ? arrivals.next() : performance.now()
      engine.lock(record, lock)
      const waited = performance.now() - start
      inside()
      engine.unlock(record, lock)
      work(outside)
      return waited
    }
  }

  /** What was before counts no longer. */
  rest(): void {
    this.#mostInARow = 0
    this.#sleepsBefore = this.#sleeps.soFar()
    this.#rest()
    this.#arrivals?.reset()
  }

  holds(): Holds {
    const { parks, wakes } = this.#sleeps.soFar()
    return {
      mostInARow: this.#mostInARow,
      parks: parks - this.#sleepsBefore.parks,
      wakes: wakes - this.#sleepsBefore.wakes,
    }
  }
}

/** Each round needs the one before: no compiler can leave any out, and no core can do two at once. */
function work(rounds: number): void {
  let x = sink
  for (let i = 0; i < rounds; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
  }
  sink = x
}
