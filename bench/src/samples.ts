/** Measurements as the report takes them (@outlive/report): all samples of each variant, and those that do not count. */
import { availableParallelism } from "node:os"
import type { Arm, Experiment, Run } from "@outlive/report"
import type { Measurement, Rounds } from "./rounds.js"

export function armOf({ measurements }: Rounds, variant: string, label: string, x?: number): Arm {
  const runs = measurements.filter((m) => m.variant === variant).map(runOf)
  return { label, ...(x === undefined ? {} : { x }), runs }
}

export function rejectedOf({ rejected }: Rounds): Experiment["rejected"] {
  return rejected.map((m) => ({ arm: m.variant, ...runOf(m) }))
}

function runOf({ round, figures, overlap, foreign, underLoad, histogram, series }: Measurement): Run {
  return {
    round,
    // What could not be measured is none: JSON has no NaN.
    figures: Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value))),
    overlap,
    ...(foreign === undefined ? {} : { foreign }),
    underLoad,
    ...(histogram === undefined ? {} : { histogram }),
    ...(series === undefined ? {} : { series }),
  }
}

/** Wherever runs have calibrations. */
export const CALIBRATED =
  "Each process times a loop that is bound by throughput before and after: a run in which that took more than 1.1 times its best counts as disturbed."

/** Most medians are of processes' medians. */
export const IN_TURN =
  "Each variant runs in a process of its own, in turn with the others; ratios are paired by round, and their intervals are bootstrapped over pairs."

/** What more threads than processors mean. */
export const FEW_CORES_NOTE = `This machine has ${availableParallelism()} processors: with more threads it is oversubscribed, and whoever holds what others want may not be running.`
