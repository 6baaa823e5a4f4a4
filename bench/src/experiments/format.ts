/** An experiment as text: what was asked, a table for each group, what it says and how sure. */
import { summarize } from "../statistics.js"
import { isQuiet } from "../rounds.js"
import { closing, loadNote, table } from "../table.js"
import type { Cell } from "./cells.js"
import { claimsOf } from "./claims.js"
import { rigOf } from "./nodes.js"
import { groupedCells, labelOf, notMeasured } from "./outcome.js"
import type { Rig } from "./rig.js"
import type { ExperimentResult } from "./run.js"

const MARKS = {
  held: "held",
  shown: "shown",
  hinted: "hinted",
  missed: "REFUTED",
  "no difference shown": "no difference",
  open: "open",
} as const

export function formatExperiment(result: ExperimentResult): string {
  const { experiment, left } = result
  const rig = rigOf(experiment)
  const head = [rig.axes[rig.compares]!.title, rig.axes[rig.along]!.title, ...Object.values(rig.columns), ""]
  const tables = [...groupedCells(result, rig)].flatMap(([title, cells]) => {
    const rows = cells.flatMap((cell) => row(result, rig, cell) ?? [])
    return rows.length === 0 ? [] : [...(title ? [`  ${title}`] : []), table(head, rows), ""]
  })
  const claims = claimsOf(result).map(({ verdict, text }) => `  ${MARKS[verdict].padEnd(13)}  ${text}`)
  const notes = [...rig.notes, ...notMeasured(left)].map((note) => `  ${note}`)
  return [`  ${experiment.question}`, "", ...tables, ...claims, "", ...notes, closing(result), ...wayOut(result)].join(
    "\n",
  )
}

/** What to do where a load leaves nothing to conclude from. */
function wayOut({ measurements, evenUnderLoad }: ExperimentResult): string[] {
  if (evenUnderLoad || !measurements.some((run) => !isQuiet(run))) return []
  return [
    "  What no load hides, such as a thread that starves, is found with --even-under-load; a ratio of two locks by outlive bench pairs",
  ]
}

function row(result: ExperimentResult, rig: Rig, cell: Cell): string[][] | undefined {
  const runs = result.measurements.filter(({ variant }) => variant === cell.name)
  if (runs.length === 0) return undefined
  const figures = Object.keys(rig.columns).map((name) => {
    const values = runs
      .map((run) => run.figures[name])
      .filter((value) => value !== undefined && Number.isFinite(value)) as number[]
    return values.length === 0 ? "" : short(summarize(values).median)
  })
  return [[labelOf(cell, rig), String(cell.place[rig.along]), ...figures, noteOn(result, runs)]]
}

/** Whether others were at work; and whether there was a processor for each thread, whatever language it was written in. */
function noteOn({ machine }: ExperimentResult, runs: ExperimentResult["measurements"]): string {
  const isOversubscribed = runs.some(({ threads }) => threads > machine.cores)
  return [loadNote(runs), isOversubscribed ? "oversubscribed" : ""].filter(Boolean).join(", ")
}

const SIZES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e4, "k"],
] as const

/** Three digits: 12.3M, 45.6k, 0.789. */
export function short(value: number): string {
  const [, letter] = SIZES.find(([least]) => Math.abs(value) >= least) ?? [1, ""]
  const scaled = value / { G: 1e9, M: 1e6, k: 1e3, "": 1 }[letter]
  return `${Math.abs(scaled) >= 100 ? scaled.toFixed(0) : Number(scaled.toPrecision(3))}${letter}`
}
