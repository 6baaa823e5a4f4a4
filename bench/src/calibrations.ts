/** Which runs were slowed down by what no load figure shows: compared with the best calibration of as many threads. */
import type { RunOutput } from "./child.js"

/** Times the best: more is a disturbed run. */
const MOST = 1.1

export class Calibrations {
  readonly #best = new Map<number, number>()

  note({ threads, calibrationNs }: RunOutput): void {
    if (calibrationNs !== undefined) this.#best.set(threads, Math.min(this.#best.get(threads) ?? Infinity, calibrationNs))
  }

  isSlow({ threads, calibrationNs }: RunOutput): boolean {
    return calibrationNs !== undefined && calibrationNs > MOST * this.#best.get(threads)!
  }
}

/** Times of the best, for samples within a process. */
export const isSlowSample = (calibrationNs: number, bestNs: number) => calibrationNs > MOST * bestNs
