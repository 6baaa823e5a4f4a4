/** What each lifetime costs, side by side. */
import { LIFETIME_NAMES } from "@outlive/core"
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { withAgain } from "../chance.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"

export interface LifetimesOptions {
  /** Fewer and shorter rounds. */
  readonly quick?: boolean
  /** How many processes for each lifetime. Default 9, quick 3. */
  readonly rounds?: number
  readonly seed?: number
  readonly signal?: AbortSignal
}

/** Plain data. The figures of a measurement are nanoseconds, by the names of `OPERATIONS`: medians of its process, and its quickest moments (`quickestOf`). */
export interface LifetimesResult extends Rounds {
  readonly kind: "lifetimes"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
}

/** What the others are held against. */
export const BASE = "independent"

const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runLifetimes(
  options: LifetimesOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<LifetimesResult> {
  checkOptions(options)
  const { quick = false, seed = 1, signal } = options
  const ms = String(quick ? 20 : 60)
  const variants = LIFETIME_NAMES.map((lifetime): Variant => ({
    name: lifetime,
    run: (abort) => runProgram(VARIANT, ["--lifetime", lifetime, "--ms", ms], abort),
  }))
  const twice = withAgain(variants, ({ name }) => name === BASE)
  const rounds = await runRounds(twice, { rounds: options.rounds ?? (quick ? 3 : 9), onProgress, signal })
  return { kind: "lifetimes", machine: describeMachine(), seed, interrupted: signal?.aborted ?? false, ...rounds }
}
