/** Which runs were slowed down by what no load figure shows: compared with the best calibration of as many threads. */
import type { RunOutput } from "./child.js"
import { median, quantileOf } from "./statistics.js"

/** Times the best: more is a disturbed run. */
const MOST = 1.1

/**
 * What counts as the best of runs: of one thread, nearly the very best. Threads that share a core slow each other down all the time; the
 * rare run in which they did not, because the system had moved one, is the exception and not the measure.
 */
const bestOf = (calibrations: readonly number[], threads: number) =>
  quantileOf(calibrations, threads === 1 ? 0.02 : 0.2)

export class Calibrations {
  readonly #seen = new Map<number, number[]>()

  note({ threads, calibrationNs }: RunOutput): void {
    if (calibrationNs === undefined) return
    const seen = this.#seen.get(threads)
    if (seen) seen.push(calibrationNs)
    else this.#seen.set(threads, [calibrationNs])
  }

  /** As is known now: what passed for quiet before a better one was seen may not have been. */
  judged<R extends RunOutput & { readonly underLoad: boolean }>(runs: readonly R[]): R[] {
    return runs.map((run) => (this.isSlow(run) ? { ...run, underLoad: true } : run))
  }

  isSlow({ threads, calibrationNs }: RunOutput): boolean {
    return calibrationNs !== undefined && calibrationNs > MOST * bestOf(this.#seen.get(threads)!, threads)
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
