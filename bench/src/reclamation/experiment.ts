/** Structures under each scheme, for the report: speed against what is kept, and what is kept over time. */
import type { Claim, Experiment, Metric } from "@outlive/report"
import { claimOf } from "../contended/claim.js"
import { LATENCIES, SPEED } from "../contended/experiment.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import type { ReclamationResult } from "./reclamation.js"

export const PEAK: Metric = { name: "keptPeak", title: "peak of garbage", unit: "nodes", better: "less" }

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
        seriesOf: { name: "kept", title: "garbage", unit: "nodes", better: "less" },
        arms: result.schemes.map((name) => armOf(result, name, name)).filter(({ runs }) => runs.length > 0),
      },
    ],
    claims: result.comparisons.flatMap((comparison) => {
      const claim = claimOf(result, comparison)
      return claim === undefined ? [] : [ifAllWorked(result, comparison.of, claim)]
    }),
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

/** Operations that find no free node do nothing, and fast: a scheme that ran full is not shown to be quicker. */
function ifAllWorked({ measurements }: ReclamationResult, names: readonly string[], claim: Claim): Claim {
  const full = measurements
    .filter(({ variant }) => names.includes(variant))
    .map(({ variant, figures }) => ({ variant, share: figures["full"]! }))
  const worst = full.toSorted((a, b) => b.share - a.share)[0]
  if (worst === undefined || worst.share <= MOST_FULL) return claim
  return {
    ...claim,
    verdict: "open",
    text: `${claim.text}; but up to ${(100 * worst.share).toFixed(1)} % of ${worst.variant}'s operations found no free node, and did nothing`,
  }
}

const MOST_FULL = 0.001
