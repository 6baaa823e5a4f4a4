/**
 * When turns are due, whatever became of those before: an open loop. Whoever is kept waiting is late for the next turns as well, and
 * they count as late; in a closed loop a thread that waits asks for nothing meanwhile, and one long wait hides all that it would have
 * held up (Gil Tene's "coordinated omission").
 */

export class Arrivals {
  readonly #gapMs: () => number
  readonly #now: () => number
  #dueMs = Number.NaN

  /** `perSecond`: on average; gaps are exponential, so threads do not fall into step. `fraction`: a random number from 0 to below 1. */
  constructor(perSecond: number, fraction: () => number, now: () => number = () => performance.now()) {
    this.#gapMs = () => (-1_000 * Math.log(1 - fraction())) / perSecond
    this.#now = now
  }

  /** Begins anew with the next turn: what was before counts no longer. */
  reset(): void {
    this.#dueMs = Number.NaN
  }

  /** Waits until the next turn is due; one that is late is not waited for. @returns when it was due */
  next(): number {
    const now = this.#now()
    this.#dueMs = (Number.isNaN(this.#dueMs) ? now : this.#dueMs) + this.#gapMs()
    while (this.#now() < this.#dueMs);
    return this.#dueMs
  }
}
