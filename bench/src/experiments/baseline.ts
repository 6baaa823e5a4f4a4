/**
 * A result against an earlier one: what is slower, beyond what both runs can tell. On one machine figures are compared; of two machines
 * only ratios, each arm to the first arm beside it, for a faster machine is no better code.
 */
import type { Arm, Claim, Experiment, Group, Metric, Result } from "@outlive/report"
import { LEAST_PAIRS, type Ratio, intervalName, ratioOfMedians } from "../statistics.js"
import { AGAIN, percent } from "../chance.js"

export interface AgainstBaseline {
  readonly isSameMachine: boolean
  readonly lines: readonly (Claim & { readonly isWorse: boolean })[]
  /** What is worse by more than its interval. */
  readonly worse: number
  /** Of how much something can be said at all. */
  readonly told: number
}

/** What two runs of the same build differ by at other hours, if neither has an A/A row. */
const WITHOUT_AA = 0.1

export function againstBaseline(now: Result, before: Result, seed = 1): AgainstBaseline {
  const isSameMachine = (["cpu", "cores", "memoryGiB", "os"] as const).every(
    (key) => now.machine[key] === before.machine[key],
  )
  const lines = (now.experiments ?? []).flatMap((experiment) => {
    const old = before.experiments?.find(({ name }) => name === experiment.name)
    if (!old) return []
    // Whoever asked for conclusions from disturbed runs gets them here as well.
    const quiet = experiment.evenUnderLoad
      ? { now: experiment, before: old }
      : { now: quietOf(experiment), before: quietOf(old) }
    return linesOf({ ...quiet, isSameMachine, seed })
  })
  const told = lines.filter(({ verdict }) => verdict !== "open").length
  return { isSameMachine, lines, worse: lines.filter(({ isWorse }) => isWorse).length, told }
}

/** Two runs of one experiment. */
interface Runs {
  readonly now: Experiment
  readonly before: Experiment
  readonly isSameMachine: boolean
  readonly seed: number
}

function linesOf(runs: Runs): AgainstBaseline["lines"] {
  return runs.now.groups.flatMap((group) => {
    // A heat map has nothing that its neighbours have not.
    if (group.picture === "heat") return []
    const [compared, ...others] = group.metrics
    const watched = others.filter((metric) => metric.watched === true)
    const lines = linesIn(runs, group, compared!)
    // Such as a thread that starves beside one that is all the quicker for it: told where it differs, and where it alone cannot be known.
    const unnoticed = watched.flatMap((metric) =>
      linesIn(runs, group, metric).filter(
        ({ verdict }, at) =>
          verdict !== "no difference shown" && !(verdict === "open" && lines[at]?.verdict === "open"),
      ),
    )
    return [...lines, ...unnoticed]
  })
}

function linesIn(
  { now: { name: experiment }, before, isSameMachine, seed }: Runs,
  group: Group,
  metric: Metric,
): AgainstBaseline["lines"] {
  if (metric.better === undefined) return []
  return group.arms.flatMap((arm) => {
    const old = before.groups.find((one) => same(group, arm, one))
    const other = old && same(group, arm, old)
    if (!other || arm.label.endsWith(AGAIN)) return []
    const what = [experiment, group.title, arm.label, arm.x === undefined ? "" : `${group.axis?.title ?? "x"} ${arm.x}`]
    const about = `${[...new Set(what.filter(Boolean))].join(", ")}: ${metric.title}`
    const resolution = Math.max(chance(group, arm, metric, seed), chance(old, other, metric, seed))
    if (isSameMachine)
      return lineOf(about, ratioOfMedians(figures(arm, metric), figures(other, metric), seed), resolution, metric)
    // Whatever was the first one then: both are held against the same.
    const first = besides(group, arm).find((one) => same(group, one, old))
    const oldFirst = first && same(group, first, old)
    if (first === arm || !first || !oldFirst) return []
    const ratio = ratioOfMedians(figures(arm, metric), figures(other, metric), seed, [
      figures(first, metric),
      figures(oldFirst, metric),
    ])
    return lineOf(`${about}, as a ratio to ${first.label}`, ratio, resolution, metric)
  })
}

function lineOf(about: string, ratio: Ratio, resolution: number, { better }: Metric): AgainstBaseline["lines"][number] {
  if (ratio.pairs < LEAST_PAIRS)
    return {
      verdict: "open",
      text: `${about}: nothing can be said, ${ratio.pairs} ${ratio.pairs === 1 ? "run counts" : "runs count"} on one side, and ${LEAST_PAIRS} are needed`,
      isWorse: false,
    }
  const [isMore, isLess] = [ratio.low > 1 + resolution, ratio.high < 1 / (1 + resolution)]
  const isWorse = better === "less" ? isMore : isLess
  const interval = `${ratio.median.toFixed(2)} times the baseline (${intervalName(ratio.pairs)}: ${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`
  const told = `less than ${percent(resolution)} cannot be told`
  if (!isMore && !isLess)
    return {
      verdict: "no difference shown",
      text: `${about}: no difference shown, ${interval}; ${told}`,
      isWorse: false,
    }
  return {
    verdict: isWorse ? "missed" : "shown",
    text: `${about}: ${isWorse ? "WORSE" : "better"}, ${interval}`,
    isWorse,
  }
}

/** What the same build, run twice beside the others, differed by. */
function chance(group: Group, arm: Arm, metric: Metric, seed: number): number {
  const again = group.arms.find(({ label, x }) => x === arm.x && label.endsWith(AGAIN))
  const first = again && group.arms.find(({ label, x }) => x === arm.x && `${label}${AGAIN}` === again.label)
  if (!first) return WITHOUT_AA
  const { low, high, pairs } = ratioOfMedians(figures(again, metric), figures(first, metric), seed)
  return pairs < LEAST_PAIRS ? WITHOUT_AA : Math.max(high, 1 / low) - 1
}

/** With the runs only that are known to have been quiet. */
function quietOf(experiment: Experiment): Experiment {
  const quiet = (arm: Arm) => arm.runs.filter(({ underLoad, foreign }) => !underLoad && foreign !== undefined)
  const groups = experiment.groups.map((group) => ({
    ...group,
    arms: group.arms.map((arm) => ({ ...arm, runs: quiet(arm) })),
  }))
  return { ...experiment, groups }
}

const figures = ({ runs }: Arm, { name }: Metric) => runs.flatMap((run) => run.figures[name] ?? [])

/**
 * The same arm of an earlier result: of the same place, on every axis. An axis with one value is in no title and no label, so those tell
 * it only of results that say no places.
 */
function same(group: Group, arm: Arm, old: Group): Arm | undefined {
  if (old.picture === "heat") return undefined
  return old.arms.find(({ label, x, at }) =>
    arm.at && at
      ? label === arm.label && isSamePlace(arm.at, at)
      : old.title === group.title && label === arm.label && x === arm.x,
  )
}

type Place = NonNullable<Arm["at"]>

const isSamePlace = (a: Place, b: Place) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((axis) => a[axis] === b[axis])

const besides = ({ arms }: Group, arm: Arm) => arms.filter(({ x, label }) => x === arm.x && !label.endsWith(AGAIN))

export function formatBaseline({ isSameMachine, lines, worse, told }: AgainstBaseline): string {
  const where = isSameMachine ? "on the same machine" : "on ANOTHER machine: only ratios are compared"
  const all = lines.map(({ text }) => `  ${text}`)
  return [
    `Against the baseline, ${where}`,
    ...(all.length === 0 ? ["  nothing is in both"] : all),
    `  ${worse} of ${lines.length} worse${told < lines.length ? `; of ${lines.length - told} nothing can be said` : ""}`,
  ].join("\n")
}
