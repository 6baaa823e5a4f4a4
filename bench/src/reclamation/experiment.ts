/** Structures under each scheme, for the report: speed against what is kept, and what is kept over time. */
import type { Experiment, Metric } from "@outlive/report"
import { claimOf } from "../contended/claim.js"
import { LATENCIES, SPEED } from "../contended/experiment.js"
import { type Idle, ifAllWorked } from "../experiments/idle.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import type { ReclamationResult } from "./reclamation.js"

export const PEAK: Metric = { name: "keptPeak", title: "peak of garbage", unit: "nodes", better: "less" }

/** Looked at while the threads work. */
export const KEPT: Metric = { name: "kept", title: "garbage", unit: "nodes", better: "less" }

export const FULL: Idle = {
  figure: "full",
  most: 0.001,
  metrics: [SPEED, ...LATENCIES].map(({ name }) => name),
  what: "found no free node",
}

export function reclamationExperiment(result: ReclamationResult): Experiment {
  return {
    name: "reclamation",
    title: "Reclamation",
    question: `What does each scheme cost, and how much garbage does it keep: ${result.title}?`,
    notes: [
      IN_TURN,
      "Garbage: retired nodes that were not given back, looked at each millisecond, of 15,000 in all. Full: operations that found no free node, and did nothing.",
    ],
    groups: [
      {
        title: result.title,
        picture: "tradeoff",
        metrics: [
          SPEED,
          PEAK,
          { name: "keptMean", title: "mean of garbage", unit: "nodes", better: "less" },
          ...LATENCIES,
          { name: "full", title: "share that found no free node", unit: "", better: "less" },
        ],
        seriesOf: KEPT,
        arms: result.schemes.map((name) => armOf(result, name, name)).filter(({ runs }) => runs.length > 0),
      },
    ],
    claims: result.comparisons.flatMap((comparison) => {
      const claim = claimOf(result, comparison)
      return claim === undefined ? [] : [ifAllWorked(result.measurements, FULL, comparison.of, claim)]
    }),
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}
