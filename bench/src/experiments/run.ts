/** Runs an experiment: every cell in a process of its own, in turn, so many times. */
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"
import { type Cell, askedFor, nameOf, withAgain } from "./cells.js"
import { assertExperiment } from "./check.js"
import { onNodes, rigOf } from "./nodes.js"
import type { Experiment } from "./experiment.js"
import { NODE_AXIS, type Tools, programOf } from "./rig.js"

export interface ExperimentOptions {
  /** Three short rounds. */
  readonly quick?: boolean
  /** How many processes for each cell. Default 9, quick 3. */
  readonly rounds?: number
  /** For the resampling. Default 1. */
  readonly seed?: number
  /** How long each process measures. Default 500, quick 150. */
  readonly ms?: number
  /** Conclusions from disturbed runs as well: they say so. For tests that look for what no load can hide. */
  readonly evenUnderLoad?: boolean
  readonly signal?: AbortSignal
}

/** Plain data. */
export interface ExperimentResult extends Rounds {
  readonly kind: "experiment"
  readonly experiment: Experiment
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
  readonly cells: readonly Cell[]
  /** What cannot be measured here, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[]
}

/** Measures; when aborted, returns what there is. @throws RangeError when the experiment makes no sense */
export async function runExperiment(
  asked: Experiment,
  tools: Tools,
  options: ExperimentOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<ExperimentResult> {
  assertExperiment(asked, `"${asked.name}"`)
  checkOptions(options, ["ms", "evenUnderLoad"])
  const { quick = false, seed = 1, signal, evenUnderLoad = false } = options
  const machine = describeMachine()
  const { experiment, files } = onNodes(asked)
  const rig = rigOf(experiment)
  const possible: Cell[] = []
  const left: { name: string; why: string }[] = []
  const argsOf = new Map<string, readonly string[]>()
  for (const cell of askedFor(experiment, rig)) {
    onProgress(`building ${cell.name}`)
    const args = await rig.argsOf(cell.place, tools, options.ms ?? (quick ? 150 : 500))
    if ("cannot" in args) left.push({ name: cell.name, why: args.cannot })
    else {
      possible.push(cell)
      argsOf.set(nameOf(cell.place), args)
    }
  }
  const cells = withAgain(possible, rig)
  const variants = cells.map(({ name, place }): Variant => ({
    name,
    run: (stop, tell) =>
      runProgram(programOf(rig, place), argsOf.get(nameOf(place))!, stop, {
        node: files.get(place[NODE_AXIS]!),
        onProgress: tell,
      }),
  }))
  const rounds = await runRounds(variants, {
    rounds: options.rounds ?? (quick ? 3 : 9),
    evenUnderLoad,
    onProgress,
    signal,
  })
  return {
    kind: "experiment",
    experiment,
    machine,
    seed,
    interrupted: signal?.aborted ?? false,
    cells,
    left,
    ...rounds,
  }
}
