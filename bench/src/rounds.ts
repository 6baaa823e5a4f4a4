/**
 * Interleaved, repeated processes: A B C A B C … Each variant runs in a fresh process each round, so that neither
 * one lucky process nor a slow minute favours a variant. A run under foreign load is rejected and repeated, within
 * bounds: on a machine that is never quiet the least disturbed attempt counts, and says that it was under load.
 * Foreign load that no figure of the system shows, a neighbour on the sibling hyperthread, shows in the calibrations.
 */
import { InterruptedError, type RunOutput } from "./child.js"
import { Calibrations } from "./calibrations.js"
import { MOST_FOREIGN } from "./load.js"

/** One variant: how to run it once. */
export interface Variant {
  readonly name: string
  /** `onProgress`: told what it is at, if it says so. */
  run(signal: AbortSignal | undefined, onProgress: (text: string) => void): Promise<RunOutput>
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
  /** Conclusions are drawn from disturbed runs as well. */
  readonly evenUnderLoad?: boolean
}

export interface RoundsPlan {
  readonly rounds: number
  /** After this time nothing is repeated, and no further round begins (the first is always finished). */
  readonly budgetMs?: number
  /** Of which variants there are to be further rounds, for as long as `budgetMs` lasts: asked after the planned ones, and after each. */
  readonly further?: (soFar: readonly Measurement[]) => ReadonlySet<string>
  /** Takes every run as it comes, and lets it count. */
  readonly evenUnderLoad?: boolean
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

/** Whether nobody can tell whether somebody else was working: such a run is not a quiet one. */
export const isUnknown = (run: RunOutput) => run.foreign === undefined

/** Whether a run is known to have been undisturbed. */
export const isQuiet = (run: Measurement) => !run.underLoad && !isUnknown(run)

/** The runs that conclusions are drawn from: those that are known to have been quiet. */
export function believed({
  measurements,
  evenUnderLoad,
}: Pick<Rounds, "measurements" | "evenUnderLoad">): readonly Measurement[] {
  return evenUnderLoad ? measurements : measurements.filter((run) => isQuiet(run))
}

/** Runs all variants in turn, `rounds` times. When aborted, returns what there is. */
export async function runRounds(variants: readonly Variant[], plan: RoundsPlan): Promise<Rounds> {
  const measurements: Measurement[] = []
  const rejected: Measurement[] = []
  const deadline = performance.now() + (plan.budgetMs ?? Infinity)
  const isLate = () => performance.now() > deadline
  const calibrations = new Calibrations()
  let disturbedInARow = 0
  try {
    for (let round = 0; round === 0 || !isLate(); round++) {
      const wanted = round < plan.rounds ? variants : furtherOf(variants, plan, calibrations.judged(measurements))
      if (wanted.length === 0) break
      for (const variant of wanted) {
        const attempts: Measurement[] = []
        do {
          plan.signal?.throwIfAborted()
          const again = attempts.length > 0 ? " again: the last run was disturbed" : ""
          const what = `round ${round + 1} of ${Math.max(round + 1, plan.rounds)}: ${variant.name}${again}`
          plan.onProgress?.(what)
          const run = await variant.run(plan.signal, (text) => plan.onProgress?.(`${what}, ${text}`))
          calibrations.note(run)
          const underLoad = isDisturbed(run) || calibrations.isSlow(run)
          attempts.push({ ...run, variant: variant.name, round, underLoad })
          disturbedInARow = underLoad ? disturbedInARow + 1 : 0
        } while (
          attempts.at(-1)!.underLoad &&
          !plan.evenUnderLoad &&
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
  return {
    measurements: calibrations.judged(measurements),
    rejected,
    ...(plan.evenUnderLoad ? { evenUnderLoad: true } : {}),
  }
}

function furtherOf(
  variants: readonly Variant[],
  { budgetMs, further }: RoundsPlan,
  soFar: readonly Measurement[],
): readonly Variant[] {
  if (budgetMs === undefined || further === undefined) return []
  const names = further(soFar)
  return variants.filter(({ name }) => names.has(name))
}

/** An undisturbed attempt is the last one; else the one with the least foreign work. Speed has no say in it. */
function leastDisturbed(attempts: readonly Measurement[]): Measurement {
  const doubt = (m: Measurement) => (m.underLoad ? 1 : 0) + (m.foreign ?? 0) + (1 - m.overlap / m.threads)
  return attempts.reduce((best, attempt) => (doubt(attempt) < doubt(best) ? attempt : best))
}
