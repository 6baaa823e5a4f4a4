/** How the cost of what is made of fences grows with its size. */
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { withAgain } from "../chance.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"
import { CURVES, variantName } from "./operations.js"

export interface FamilyOptions {
  /** Fewer and shorter rounds. */
  readonly quick?: boolean
  /** How many processes for each point of a curve. Default 5, quick 2. */
  readonly rounds?: number
  readonly seed?: number
  readonly signal?: AbortSignal
}

/** Plain data. Figure "us" of a measurement is the median of its process: microseconds for the whole. */
export interface FamilyResult extends Rounds {
  readonly kind: "family"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
}

/** The place that is measured twice: a few members of an array, in WebAssembly. */
export const AGAIN_AT = variantName("wasm", CURVES[0]!.name, CURVES[0]!.sizes[0]!)

const VARIANT = new URL("./variant.js", import.meta.url)
const QUICK_BUDGET_MS = 20_000

/** Measures; when aborted, returns what there is. */
export async function runFamily(
  options: FamilyOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<FamilyResult> {
  checkOptions(options)
  const { quick = false, seed = 1, signal } = options
  const machine = describeMachine()
  const ms = String(quick ? 40 : 120)
  const variants = CURVES.flatMap(({ name, sizes }) =>
    ["wasm", "js"].flatMap((engine) =>
      sizes.map((size): Variant => ({
        name: variantName(engine, name, size),
        run: (abort) =>
          runProgram(VARIANT, ["--engine", engine, "--curve", name, "--size", String(size), "--ms", ms], abort),
      })),
    ),
  )
  const twice = withAgain(variants, ({ name }) => name === AGAIN_AT)
  const rounds = await runRounds(twice, {
    rounds: options.rounds ?? (quick ? 2 : 5),
    ...(quick ? { budgetMs: QUICK_BUDGET_MS } : {}),
    onProgress,
    signal,
  })
  return { kind: "family", machine, seed, interrupted: signal?.aborted ?? false, ...rounds }
}
