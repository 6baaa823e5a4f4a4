/** The contended part for the report: a group for each operation, along the number of threads. */
import type { Arm, Claim, Experiment, Metric } from "@outlive/report"
import { AGAIN, chanceClaims } from "../chance.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { claimOf } from "./claim.js"
import type { ContendedResult } from "./contended.js"

export const SPEED: Metric = { name: "perSecond", title: "throughput", unit: "1/s", better: "more" }
export const LATENCIES: readonly Metric[] = [
  { name: "p50", title: "p50 of the worst thread", unit: "ns", better: "less" },
  { name: "p99", title: "p99", unit: "ns", better: "less" },
  { name: "p999", title: "p99.9", unit: "ns", better: "less" },
]
const METRICS: readonly Metric[] = [
  SPEED,
  { name: "batchNs", title: "an operation, in batches", unit: "ns", better: "less" },
  ...LATENCIES,
  { name: "fairness", title: "least ÷ most work of a thread", unit: "", better: "more" },
]

/** What it is about, where it is not all of the part. */
type About = Pick<Experiment, "name" | "title" | "question">

const ALL: About = {
  name: "contended",
  title: "Locks and fences under contention",
  question:
    "What does an operation cost when threads are in each other's way: with a fence's own lock or one it shares, and with one lock or another?",
}

export function contendedExperiment(result: ContendedResult, about = ALL): Experiment {
  const titles = [...new Set(result.comparisons.map(({ title }) => title))]
  return {
    ...about,
    notes: [
      IN_TURN,
      "Latencies are of one timed operation in each batch, reading the clock included, and those of the worst thread.",
      "Threads that did not work at the same time make a run a disturbed one.",
    ],
    groups: titles.map((title) => ({
      title,
      picture: "lines",
      axis: { title: "threads", scale: "linear" },
      metrics: METRICS,
      arms: armsOf(result, title),
    })),
    claims: [...result.comparisons.flatMap((comparison) => claimOf(result, comparison) ?? []), ...chancesOf(result)],
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

/** The A/A rows of what others are held against, each once. */
export function chancesOf(result: ContendedResult): Claim[] {
  const bases = new Map(
    result.comparisons.map(({ title, threads, of: [, base], labels: [, label] }) => [
      base,
      `${title}, ${threads} thread${threads === 1 ? "" : "s"}, ${label}`,
    ]),
  )
  return [...bases].flatMap(([base, about]) => chanceClaims(result, base, SPEED.name, about))
}

/** A variant that is compared with several stands there once. */
function armsOf(result: ContendedResult, title: string): Arm[] {
  const all = new Map<string, Arm>()
  for (const { title: of, threads, of: names, labels } of result.comparisons)
    for (const [i, name] of names.entries())
      for (const twice of of === title ? ["", AGAIN] : []) {
        const arm = armOf(result, name + twice, labels[i]! + twice, threads)
        if (twice === "" || arm.runs.length > 0) all.set(name + twice, arm)
      }
  return [...all.values()]
}
