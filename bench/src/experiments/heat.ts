/** Where which is the better one: of two axes along which something was measured, what is compared in terms of the first, as a map. */
import type { Arm, Group, Run } from "@outlive/report"
import { armOf } from "../samples.js"
import { type Cell, without } from "./cells.js"
import { metricOf } from "./claims.js"
import { type Rig, isPlaces } from "./rig.js"
import type { ExperimentResult } from "./run.js"

/** A map for each that is compared with the first; none where not two axes, and no more, have several values, or those along it are no numbers. */
export function heatOf(result: ExperimentResult, rig: Rig): Group[] {
  const cells = result.cells.filter(({ isAgain }) => !isAgain)
  const varied = Object.keys(rig.axes).filter(
    (axis) => axis !== rig.compares && new Set(cells.map(({ place }) => place[axis])).size > 1,
  )
  const [down] = varied.filter((axis) => axis !== rig.along)
  if (varied.length !== 2 || down === undefined || !isPlaces(rig)) return []
  const metric = rig.metrics.find(({ name }) => name === metricOf(result))!
  const [first, ...others] = [...new Set(cells.map(({ place }) => place[rig.compares]!))]
  return others.map((value) => ({
    title: `${value} ÷ ${first}, ${metric.title}`,
    picture: "heat",
    axis: { title: rig.axes[rig.along]!.title, scale: "linear" },
    metrics: [
      {
        name: "ratio",
        title: `${metric.title} of ${value} in terms of ${first}`,
        unit: "×",
        ...(metric.better === undefined ? {} : { better: metric.better }),
      },
    ],
    arms: cells
      .filter(({ place }) => place[rig.compares] === value)
      .flatMap((cell) => armAt(result, rig, cell, down, metric.name) ?? []),
  }))
}

/** Ratios round by round. */
function armAt(result: ExperimentResult, rig: Rig, cell: Cell, down: string, figure: string): Arm | undefined {
  const key = without(cell.place, rig.compares)
  const base = result.cells.find(({ place, isAgain }) => !isAgain && without(place, rig.compares) === key)
  if (!base || base === cell) return undefined
  const beside = new Map(armOf(result, base.name, "").runs.map((run) => [run.round, run]))
  const runs = armOf(result, cell.name, "").runs.flatMap((run): Run[] => {
    const other = beside.get(run.round)
    const ratio = run.figures[figure]! / (other?.figures[figure] ?? Number.NaN)
    if (!other || !Number.isFinite(ratio)) return []
    const isKnown = run.foreign !== undefined && other.foreign !== undefined
    return [
      {
        round: run.round,
        figures: { ratio },
        underLoad: run.underLoad || other.underLoad,
        ...(isKnown ? { foreign: Math.max(run.foreign, other.foreign) } : {}),
      },
    ]
  })
  return { label: `${rig.axes[down]!.title} ${cell.place[down]}`, x: Number(cell.place[rig.along]), runs }
}
