/** What all measurements can be asked for, checked before anything is measured. */
import { SEEDS, refuseOtherKeys, trueOrFalse, wholeFrom } from "@outlive/workers"

const MOST_ROUNDS = 1_000
const MOST_THREADS = 64

interface Asked {
  readonly quick?: boolean
  readonly rounds?: number
  readonly seed?: number
  readonly threads?: number
  readonly signal?: AbortSignal
}

/** @throws RangeError that says what could be asked for */
export function checkOptions(options: Asked, more: readonly string[] = []): void {
  refuseOtherKeys("option of a measurement", options, ["quick", "rounds", "seed", "signal", ...more])
  const { quick, rounds, seed, threads } = options
  if (quick !== undefined) trueOrFalse("quick", quick)
  if (rounds !== undefined) wholeFrom("rounds", rounds, 1, MOST_ROUNDS)
  if (seed !== undefined) wholeFrom("seed", seed, ...SEEDS)
  if (threads !== undefined) wholeFrom("threads", threads, 1, MOST_THREADS)
}
