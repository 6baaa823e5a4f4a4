/** Experiments whose measurements are made up: what they conclude can be checked for thousands of them. */
import {
  type Cell,
  type Experiment,
  type ExperimentResult,
  type Measurement,
  RIGS,
  cellsOf,
  describeMachine,
} from "@outlive/bench"

/** What one run of a cell says; undefined load is load that nobody knows. */
export interface Scripted {
  readonly value: number
  readonly underLoad?: boolean
  readonly foreign?: number | undefined
  /** Beside the one that is compared. */
  readonly figures?: Readonly<Record<string, number>>
}

export const twoLocks: Experiment = {
  name: "two-locks",
  question: "Which of both is faster?",
  over: "locks",
  axes: { lock: ["first", "second"], threads: [2] },
}

/** Once: it asks git. */
const machine = describeMachine()

export function scripted(
  experiment: Experiment,
  rounds: number,
  run: (cell: Cell, round: number) => Scripted,
): ExperimentResult {
  const cells = cellsOf(experiment, RIGS[experiment.over])
  const metric = experiment.metric ?? RIGS[experiment.over].metrics[0].name
  const measurements = Array.from({ length: rounds }, (_, round) =>
    cells.map((cell): Measurement => {
      const { value, underLoad = false, figures = {}, ...load } = run(cell, round)
      const foreign = "foreign" in load ? load.foreign : 0
      return {
        variant: cell.name,
        round,
        overlap: 2,
        threads: 2,
        underLoad,
        figures: { ...figures, [metric]: value },
        ...(foreign === undefined ? {} : { foreign }),
      }
    }),
  ).flat()
  return {
    kind: "experiment",
    experiment,
    machine,
    seed: 1,
    interrupted: false,
    cells,
    left: [],
    measurements,
    rejected: [],
  }
}
