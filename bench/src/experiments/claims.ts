/** What an experiment's measurements say: the A/A rows, every arm against the first, and the hypotheses. */
import type { Claim } from "@outlive/report"
import { believed } from "../rounds.js"
import type { Ratio } from "../statistics.js"
import { AGAIN, limits, resolutionOf } from "../chance.js"
import { type Cell, matches, told, without } from "./cells.js"
import type { Hypothesis } from "./experiment.js"
import { ifAllWorked } from "./idle.js"
import { rigOf } from "./nodes.js"
import type { Rig } from "./rig.js"
import type { ExperimentResult } from "./run.js"
import { believedRatio, difference, verdictOn } from "./verdict.js"

export function claimsOf(result: ExperimentResult): Claim[] {
  const rig = rigOf(result.experiment)
  return [
    ...(result.experiment.hypotheses ?? []).flatMap((hypothesis) => hypothesisClaims(result, rig, hypothesis)),
    ...comparisons(result, rig),
    ...unnoticed(result, rig),
    ...result.cells.filter(({ isAgain }) => isAgain).map((again) => chanceClaim(result, rig, again)),
  ]
}

/** What the result compares. */
export function metricOf({ experiment }: ExperimentResult): string {
  return experiment.metric ?? rigOf(experiment).metrics[0]!.name
}

/** The A/A row beside a cell: those that differ from it in what is compared only share it. */
function chanceAt({ cells, seed, ...rounds }: ExperimentResult, rig: Rig, cell: Cell, metric: string): Ratio {
  const key = without(cell.place, rig.compares)
  const again = cells.find(({ place, isAgain }) => isAgain && without(place, rig.compares) === key)
  if (!again) return { median: Number.NaN, low: Number.NaN, high: Number.NaN, pairs: 0 }
  return believedRatio(rounds, [again.name, again.name.slice(0, -AGAIN.length)], metric, seed)
}

function chanceClaim(result: ExperimentResult, rig: Rig, again: Cell): Claim {
  const metric = metricOf(result)
  const ratio = chanceAt(result, rig, again, metric)
  const about = aboutOf(result, rig, again.place, "", `A/A, ${titleOf(rig, metric)}`)
  const resolution = resolutionOf(ratio)
  // Compared with itself, nothing is ever shown: what is told is how well this place can tell.
  return Number.isFinite(resolution)
    ? { verdict: "no difference shown", text: `${about}: ${limits(resolution)}` }
    : { verdict: "open", text: `${about}: nothing can be said, too few undisturbed runs` }
}

const comparisons = (result: ExperimentResult, rig: Rig) => compared(result, rig, metricOf(result))

/**
 * What the figure that is compared does not show, such as a thread that starves beside one that is all the quicker for it: told where
 * it differs, and where it alone cannot be known. Where it does not differ, it has no line of its own.
 */
function unnoticed(result: ExperimentResult, rig: Rig): Claim[] {
  const { watches } = rig
  if (watches === undefined || watches === metricOf(result)) return []
  if (!result.measurements.some(({ figures }) => watches in figures)) return []
  const beside = comparisons(result, rig)
  return compared(result, rig, watches).filter(
    ({ verdict }, i) => verdict !== "no difference shown" && !(verdict === "open" && beside[i]!.verdict === "open"),
  )
}

/** Every arm against the first beside it, in this metric. */
function compared(result: ExperimentResult, rig: Rig, metric: string): Claim[] {
  const { cells, seed } = result
  return cells
    .filter(({ isAgain }) => !isAgain)
    .flatMap((cell) => {
      const key = without(cell.place, rig.compares)
      const first = cells.find(({ place, isAgain }) => !isAgain && without(place, rig.compares) === key)!
      if (first === cell) return []
      const names = `${cell.place[rig.compares]} ÷ ${first.place[rig.compares]}`
      const ratio = believedRatio(result, [cell.name, first.name], metric, seed)
      const resolution = resolutionOf(chanceAt(result, rig, cell, metric))
      const about = aboutOf(result, rig, cell.place, names, titleOf(rig, metric))
      const claim: Claim = isNothing(result, [cell, first], metric)
        ? { verdict: "no difference shown", text: `${about}: 0 in all runs` }
        : difference({ about, ratio, resolution })
      return [ifWorked(result, rig, metric, [cell, first], claim)]
    })
}

/** Of nothing and nothing there is no ratio, and no difference either. */
function isNothing(result: ExperimentResult, cells: readonly Cell[], metric: string): boolean {
  const names = new Set(cells.map(({ name }) => name))
  const runs = believed(result).filter(({ variant }) => names.has(variant))
  return new Set(runs.map(({ variant }) => variant)).size === 2 && runs.every(({ figures }) => figures[metric] === 0)
}

function hypothesisClaims(result: ExperimentResult, rig: Rig, hypothesis: Hypothesis): Claim[] {
  const { says, metric, of, over, ...limit } = hypothesis
  const cells = result.cells.filter(({ isAgain }) => !isAgain)
  const named = new Set([...Object.keys(of), ...Object.keys(over)])
  const rest = (cell: Cell) => [...named].reduce((place, axis) => ({ ...place, [axis]: "*" }), cell.place)
  const pairs = cells
    .filter(({ place }) => matches(place, of))
    .flatMap((cell) => {
      const other = cells
        .filter(({ place }) => matches(place, over))
        .find((one) => JSON.stringify(rest(one)) === JSON.stringify(rest(cell)))
      return other && other !== cell ? [[cell, other] as const] : []
    })
  if (pairs.length === 0) return [{ verdict: "open", text: `${says}: nothing can be said, it was not measured here` }]
  return pairs.map(([a, b]) => {
    const ratio = believedRatio(result, [a.name, b.name], metric, result.seed)
    const resolution = Math.max(...[a, b].map((cell) => resolutionOf(chanceAt(result, rig, cell, metric))))
    const where = told(a.place, cells, rig, [...named])
    const about = `${says}${where ? ` (${where})` : ""}, ${titleOf(rig, metric)}`
    return ifWorked(result, rig, metric, [a, b], verdictOn({ about, ratio, resolution, ...limit }))
  })
}

function ifWorked(
  { measurements }: ExperimentResult,
  { idle }: Rig,
  metric: string,
  cells: readonly Cell[],
  claim: Claim,
): Claim {
  if (idle === undefined || !idle.metrics.includes(metric)) return claim
  const names = cells.map(({ name }) => name)
  return ifAllWorked(measurements, idle, names, claim)
}

function aboutOf({ cells }: ExperimentResult, rig: Rig, place: Cell["place"], names: string, what: string): string {
  const where = told(place, cells, rig, [rig.compares])
  return [where, names, what].filter(Boolean).join(", ")
}

const titleOf = (rig: Rig, name: string) => rig.metrics.find((metric) => metric.name === name)!.title
