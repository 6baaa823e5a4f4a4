/** Structures under each reclamation scheme: speed against what is kept, each scheme against the package's. */
import { availableParallelism } from "node:os"
import { runProgram } from "../child.js"
import type { Comparison } from "../contended/contended.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { lacking } from "../lacking.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"
import { type StructureName, titleOf } from "./task.js"

export interface ReclamationOptions {
  /** Three short rounds. */
  readonly quick?: boolean
  /** How many processes for each variant. Default 9, quick 3. */
  readonly rounds?: number
  readonly seed?: number
  /** Default: the processors, at most 8. */
  readonly threads?: number
  /** Builds of the lab in WebAssembly; the first is what the others are compared with. */
  readonly schemes: readonly { readonly name: string; readonly build: string }[]
  readonly structure?: StructureName
  /** How many keys are in it; others, as many, are not. Default 1,000. */
  readonly size?: number
  /** Per cent. Default 90. */
  readonly reads?: number
  /** A reader that stays in the middle of an operation for so long, again and again. Default none. */
  readonly stallMs?: number
  /** With `quick`: for how long, beside the first round. Default 20,000; further rounds are made in it of what had too few quiet pairs. */
  readonly budgetMs?: number
  readonly signal?: AbortSignal
}

/** Figures of a measurement: as of the contended part, and `keptPeak`, `keptMean` (nodes), `full` (a share of operations). */
export interface ReclamationResult extends Rounds {
  readonly kind: "reclamation"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
  readonly comparisons: readonly Comparison[]
  readonly schemes: readonly string[]
  readonly title: string
}

/** For as many schemes as there are: the first round is always finished. */
const QUICK_BUDGET_MS = 20_000
const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runReclamation(
  options: ReclamationOptions,
  onProgress: (text: string) => void = () => {},
): Promise<ReclamationResult> {
  const { schemes, ...rest } = options
  checkOptions(rest, ["threads", "structure", "size", "reads", "stallMs", "budgetMs"])
  const { quick = false, seed = 1, signal, threads = Math.min(8, availableParallelism()) } = options
  const { structure = "list", size = 1_000, reads = 90, stallMs = 0 } = options
  const settings = { structure, keys: 2 * size, reads, threads, stall: stallMs, ms: quick ? 150 : 500, seed }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const machine = describeMachine()
  const variants = schemes.map(({ name, build }): Variant => ({
    name,
    run: (stop) => runProgram(VARIANT, ["--build", build, ...args], stop),
  }))
  const [first, ...others] = schemes.map(({ name }) => name)
  const compared = others.map((name) => [name, first!] as const)
  const rounds = await runRounds(variants, {
    rounds: options.rounds ?? (quick ? 3 : 9),
    ...(quick ? { budgetMs: options.budgetMs ?? QUICK_BUDGET_MS, further: lacking(compared) } : {}),
    onProgress,
    signal,
  })
  const title = titleOf({ structure, size, reads, stallMs })
  const comparisons = others.map((name) => ({
    title: `${name} against ${first!}`,
    threads,
    labels: [name, first!] as const,
    of: [name, first!] as const,
  }))
  const interrupted = signal?.aborted ?? false
  return {
    kind: "reclamation",
    machine,
    seed,
    interrupted,
    comparisons,
    schemes: schemes.map(({ name }) => name),
    title,
    ...rounds,
  }
}
