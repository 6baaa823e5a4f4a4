/** What a picture says of an arm's runs. */
import type { Arm, Run } from "../schema/measured.js"

export interface Summary {
  readonly median: number
  readonly least: number
  readonly most: number
  /** All of them: a median of two modes would be a figure that nobody has measured. */
  readonly samples: readonly number[]
}

export function summaryOf(arm: Arm, metric: string): Summary {
  return summarize(figuresOf(arm.runs, metric))
}

function figuresOf(runs: readonly Run[], metric: string): number[] {
  return runs
    .map(({ figures }) => figures[metric])
    .filter((value) => value !== undefined && Number.isFinite(value)) as number[]
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const median = Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!
  return { median: sorted.length === 0 ? Number.NaN : median, least: sorted[0]!, most: sorted.at(-1)!, samples }
}
