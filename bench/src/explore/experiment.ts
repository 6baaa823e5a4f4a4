/** How fast the explorer is, for the report. */
import type { Claim, Experiment } from "@outlive/report"
import { isQuiet } from "../rounds.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { median } from "../statistics.js"
import type { ExploreResult } from "./explore.js"
import { PROGRAMS } from "./programs.js"

export function exploreExperiment(result: ExploreResult): Experiment {
  return {
    name: "explore",
    title: "How fast the explorer is",
    question: "How long does it take to explore the programs by which others are measured, in every order?",
    notes: [
      IN_TURN,
      "First: one exploration in a fresh process. Executions a second: over explorations again and again, blocked ones included.",
    ],
    groups: [
      {
        title: "One exploration in a fresh process",
        picture: "bars",
        metrics: [
          { name: "firstMs", title: "first exploration", unit: "ms", better: "less" },
          { name: "perSecond", title: "executions", unit: "1/s", better: "more" },
        ],
        arms: PROGRAMS.map(({ name }) => armOf(result, name, name)).filter(({ runs }) => runs.length > 0),
      },
    ],
    claims: PROGRAMS.flatMap(({ name, mostMs }) => limitClaim(result, name, mostMs) ?? []),
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

function limitClaim({ measurements }: ExploreResult, name: string, mostMs: number | undefined): Claim | undefined {
  const runs = measurements.filter(({ variant }) => variant === name)
  if (mostMs === undefined || runs.length === 0) return undefined
  const ms = median(runs.map(({ figures }) => figures["firstMs"]!))
  const verdict = !runs.every((run) => isQuiet(run)) ? "open" : ms <= mostMs ? "held" : "missed"
  return { verdict, text: `${name}: at most ${mostMs} ms, and ${ms.toPrecision(3)} ms measured` }
}
