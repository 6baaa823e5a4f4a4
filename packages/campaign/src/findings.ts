/** Findings by their cause. What they take does not grow with the number of seeds that fail. */
import { causeOf } from "./cause.js"
import type { Failure, Finding } from "./result.js"

export class Findings {
  readonly #byCause = new Map<string, Finding>()
  readonly #most: number
  #left = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  get moreCauses(): number {
    return this.#left.size
  }

  /** One more seed that failed. */
  note(failure: Failure): void {
    this.add({ cause: causeOf(failure.text), seeds: 1, shortest: failure })
  }

  /** Puts a shard's findings to those of the others. `counts`: false for a shard that has been counted. */
  add(finding: Finding, counts = true): void {
    const { cause, seeds, shortest } = finding
    const known = this.#byCause.get(cause)
    if (known) {
      const both = [known.shortest, shortest].sort(shorter)[0]!
      this.#byCause.set(cause, { cause, seeds: known.seeds + (counts ? seeds : 0), shortest: both })
    } else if (this.#byCause.size < this.#most) this.#byCause.set(cause, finding)
    else if (this.#left.size < MOST_LEFT) this.#left.add(cause)
  }

  /** The most frequent first. */
  list(): Finding[] {
    return [...this.#byCause.values()].sort((a, b) => b.seeds - a.seeds || (a.cause < b.cause ? -1 : 1))
  }
}

const MOST_LEFT = 10_000

/** Of two as short the one with the lower seed: the order in which shards come in must not matter. */
const shorter = (a: Failure, b: Failure) => a.size - b.size || a.seed - b.seed
