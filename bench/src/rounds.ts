/**
 * Interleaved, repeated processes: A B C A B C … Each variant runs in a fresh process each round, so that neither
 * one lucky process nor a slow minute favours a variant. A run under foreign load is rejected and repeated, within
 * bounds: on a machine that is never quiet the least disturbed attempt counts, and says that it was under load.
 */
import { InterruptedError, type RunOutput } from "./child.js"
import { MOST_FOREIGN } from "./load.js"

/** One variant: how to run it once. */
export interface Variant {
  readonly name: string
  run(signal: AbortSignal | undefined): Promise<RunOutput>
}

/** One run. */
export interface Measurement extends RunOutput {
  readonly variant: string
  readonly round: number
  /** True when every attempt was disturbed, and this one, the least, counted all the same. */
  readonly underLoad: boolean
}

export interface Rounds {
  /** The runs that count: one for each variant and round. */
  readonly measurements: readonly Measurement[]
  /** The runs that do not, because they were disturbed; kept so that anyone can look. */
  readonly rejected: readonly Measurement[]
}

export interface RoundsPlan {
  readonly rounds: number
  /** After this time nothing is repeated, and no further round begins (the first is always finished). */
  readonly budgetMs?: number
  readonly onProgress?: (text: string) => void
  readonly signal?: AbortSignal | undefined
}

const LEAST_OVERLAP_SHARE = 0.9
const MOST_ATTEMPTS = 4
/** So many runs disturbed one after the other, and the load is there to stay: repeating is in vain. */
const STEADY_LOAD = 12

/** Whether a run's figures are in doubt: somebody else was working, or its own threads were not at it together. */
export function isDisturbed(run: RunOutput): boolean {
  return (run.foreign ?? 0) > MOST_FOREIGN || run.overlap < LEAST_OVERLAP_SHARE * run.threads
}

/** Runs all variants in turn, `rounds` times. When aborted, returns what there is. */
export async function runRounds(variants: readonly Variant[], plan: RoundsPlan): Promise<Rounds> {
  const measurements: Measurement[] = []
  const rejected: Measurement[] = []
  const deadline = performance.now() + (plan.budgetMs ?? Infinity)
  const isLate = () => performance.now() > deadline
  let disturbedInARow = 0
  try {
    for (let round = 0; round < plan.rounds && (round === 0 || !isLate()); round++) {
      for (const variant of variants) {
        const attempts: Measurement[] = []
        do {
          plan.signal?.throwIfAborted()
          const again = attempts.length > 0 ? " again: the last run was disturbed" : ""
          plan.onProgress?.(`round ${round + 1} of ${plan.rounds}: ${variant.name}${again}`)
          const run = await variant.run(plan.signal)
          attempts.push({ ...run, variant: variant.name, round, underLoad: isDisturbed(run) })
          disturbedInARow = isDisturbed(run) ? disturbedInARow + 1 : 0
        } while (
          attempts.at(-1)!.underLoad &&
          attempts.length < MOST_ATTEMPTS &&
          disturbedInARow < STEADY_LOAD &&
          !isLate()
        )
        const counted = leastDisturbed(attempts)
        measurements.push(counted)
        rejected.push(...attempts.filter((attempt) => attempt !== counted))
      }
    }
  } catch (error) {
    if (!plan.signal?.aborted && !(error instanceof InterruptedError)) throw error
  }
  return { measurements, rejected }
}

/** An undisturbed attempt is the last one; else the one with the least foreign work. Speed has no say in it. */
function leastDisturbed(attempts: readonly Measurement[]): Measurement {
  const doubt = (m: Measurement) => (m.underLoad ? 1 : 0) + (m.foreign ?? 0) + (1 - m.overlap / m.threads)
  return attempts.reduce((best, attempt) => (doubt(attempt) < doubt(best) ? attempt : best))
}
