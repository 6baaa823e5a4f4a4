/** An experiment's measurements as the report takes them: a group for each combination of what is neither compared nor along. */
import type { Experiment as Outcome, Group } from "@outlive/report"
import { CALIBRATED, IN_TURN, armOf, rejectedOf } from "../samples.js"
import { AGAIN } from "../chance.js"
import { type Cell, told } from "./cells.js"
import { claimsOf, metricOf } from "./claims.js"
import { heatOf } from "./heat.js"
import { rigOf } from "./nodes.js"
import { NODE_AXIS, type Rig, isPlaces } from "./rig.js"
import type { ExperimentResult } from "./run.js"

export function outcomeOf(result: ExperimentResult): Outcome {
  const { experiment, left, interrupted } = result
  const rig = rigOf(experiment)
  return {
    name: experiment.name,
    title: experiment.title ?? experiment.name,
    question: experiment.question,
    notes: [IN_TURN, CALIBRATED, ...rig.notes, ...notMeasured(left), ...oversubscribed(result)],
    groups: [...groupsOf(result, rig), ...heatOf(result, rig)],
    claims: claimsOf(result),
    rejected: rejectedOf(result),
    interrupted,
    ...(result.evenUnderLoad && { evenUnderLoad: true }),
  }
}

/** Those whose threads had no processor each: what such a lock, or a native one, does is the system's doing as well. */
function oversubscribed({ measurements, machine }: ExperimentResult): string[] {
  const names = new Set(measurements.flatMap(({ variant, threads }) => (threads > machine.cores ? [variant] : [])))
  return names.size === 0
    ? []
    : [`Oversubscribed, ${machine.cores} processors for more threads: ${[...names].join("; ")}.`]
}

/** What could not be measured, a line for each reason. */
export function notMeasured(left: ExperimentResult["left"]): string[] {
  const reasons = new Set(left.map(({ why }) => why))
  return [...reasons].map((reason) => {
    const names = left.filter(({ why }) => why === reason).map(({ name }) => name)
    return `Not measured, ${reason}: ${names.join("; ")}.`
  })
}

/** What stands in one picture, and one table. Words are no places along an axis: each has its own. */
export function groupedCells({ cells }: ExperimentResult, rig: Rig): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>()
  for (const cell of cells) {
    const title = titleOf(cell, cells, rig)
    groups.set(title, [...(groups.get(title) ?? []), cell])
  }
  return groups
}

function titleOf({ place }: Cell, cells: readonly Cell[], rig: Rig): string {
  const beside = [rig.compares, ...(isPlaces(rig) ? [rig.along] : [])]
  if (!rig.describe) return told(place, cells, rig, beside)
  const others = Object.keys(rig.axes).filter((axis) => axis !== NODE_AXIS)
  return [rig.describe(place), told(place, cells, rig, [...others, ...beside])].filter(Boolean).join(", ")
}

/** "ticket", or "ticket (A/A)": as a line of a picture, or a row. */
export const labelOf = ({ place, isAgain }: Cell, rig: Rig) => `${place[rig.compares]}${isAgain ? AGAIN : ""}`

function groupsOf(result: ExperimentResult, rig: Rig): Group[] {
  const compared = metricOf(result)
  const metrics = rig.metrics
    .toSorted((a, b) => Number(b.name === compared) - Number(a.name === compared))
    .map((metric) =>
      metric.name === rig.watches && metric.name !== compared ? { ...metric, watched: true as const } : metric,
    )
  return [...groupedCells(result, rig)].map(([title, cells]) => {
    const points = new Set(cells.map(({ place }) => place[rig.along]))
    const numbers = [...points].map(Number)
    const isNumbers = isPlaces(rig)
    const isWide = Math.max(...numbers) > 20 * Math.max(1, Math.min(...numbers))
    return {
      title: title || (result.experiment.title ?? result.experiment.name),
      picture: isNumbers && points.size > 1 ? "lines" : rig.isTradeoff ? "tradeoff" : "bars",
      ...(rig.series && points.size === 1 && { seriesOf: rig.series }),
      ...(isNumbers && { axis: { title: rig.axes[rig.along]!.title, scale: isWide ? "log" : "linear" } }),
      metrics,
      arms: cells.map((cell) => ({
        ...armOf(result, cell.name, labelOf(cell, rig), isNumbers ? Number(cell.place[rig.along]) : undefined),
        at: cell.place,
      })),
    }
  })
}
