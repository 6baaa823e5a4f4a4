/** How fast the explorer is, on the programs by which others are measured. */
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { type Rounds, runRounds } from "../rounds.js"
import { median } from "../statistics.js"
import { closing, loadNote, table } from "../table.js"
import { PROGRAMS } from "./programs.js"
import { promiseOf } from "./promise.js"

export interface ExploreOptions {
  readonly quick?: boolean
  /** How many processes for each program. Default 5, quick 3. */
  readonly rounds?: number
  readonly seed?: number
  readonly signal?: AbortSignal
}

/** Plain data: "firstMs", the time of one exploration in a fresh process, and "perSecond", executions. */
export interface ExploreResult extends Rounds {
  readonly kind: "explore"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
}

const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runExplore(
  options: ExploreOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<ExploreResult> {
  checkOptions(options)
  const { quick = false, seed = 1, signal } = options
  const variants = PROGRAMS.map(({ name }) => ({
    name,
    run: (abort: AbortSignal | undefined) => runProgram(VARIANT, ["--program", name], abort),
  }))
  const rounds = await runRounds(variants, { rounds: options.rounds ?? (quick ? 3 : 5), onProgress, signal })
  return { kind: "explore", machine: describeMachine(), seed, interrupted: signal?.aborted ?? false, ...rounds }
}

export function formatExplore(result: ExploreResult): string {
  const rows = PROGRAMS.flatMap((program) => {
    const { name, executions } = program
    const runs = result.measurements.filter(({ variant }) => variant === name)
    if (runs.length === 0) return []
    const ms = median(runs.map(({ figures }) => figures["firstMs"]!))
    const rate = median(runs.map(({ figures }) => figures["perSecond"]!))
    const kept = promiseOf(result, program)
    const limit = kept === undefined ? "" : `≤ ${kept.mostMs} ms ${kept.verdict === "missed" ? "MISSED" : kept.verdict}`
    const perSecond = Math.round(rate).toLocaleString("en")
    return [[name, executions.toLocaleString("en"), ms.toPrecision(3), perSecond, limit, loadNote(runs)]]
  })
  const head = ["explored in every order", "executions", "first, ms", "executions/s", "limit", ""]
  const notes = [
    "  first: one exploration in a fresh process; executions/s: over explorations again and again, blocked ones included",
  ]
  return [table(head, rows), "", ...notes, closing(result)].join("\n")
}
