/** Which runs were slowed down by what no load figure shows: compared with the best calibration of as many threads. */
import type { RunOutput } from "./child.js"
import { median, quantileOf } from "./statistics.js"

/** Times the best: more is a disturbed run. */
const MOST = 1.1

export class Calibrations {
  readonly #best = new Map<number, number>()

  note({ threads, calibrationNs }: RunOutput): void {
    if (calibrationNs !== undefined)
      this.#best.set(threads, Math.min(this.#best.get(threads) ?? Infinity, calibrationNs))
  }

  isSlow({ threads, calibrationNs }: RunOutput): boolean {
    return calibrationNs !== undefined && calibrationNs > MOST * this.#best.get(threads)!
  }
}

export interface Framed {
  readonly value: number
  /** The slower one of those before and after it. */
  readonly calibrationNs: number
}

/** Fewer samples have no median worth the name. */
const LEAST_QUIET = 10

/**
 * The samples of a process that were undisturbed, their median calibration, and what share of all they are. Where too few were, all of
 * them, with the calibration that they had: the process is held against others by it, and is a disturbed one.
 */
export function framed(samples: readonly Framed[]): {
  readonly quiet: readonly number[]
  readonly calibrationNs: number
  readonly share: number
} {
  // The very best may have been a slip of the clock.
  const best = quantileOf(
    samples.map(({ calibrationNs }) => calibrationNs),
    0.05,
  )
  const undisturbed = samples.filter(({ calibrationNs }) => calibrationNs <= MOST * best)
  const counted = undisturbed.length < LEAST_QUIET ? samples : undisturbed
  return {
    quiet: counted.map(({ value }) => value),
    calibrationNs: median(counted.map(({ calibrationNs }) => calibrationNs)),
    share: undisturbed.length / samples.length,
  }
}
