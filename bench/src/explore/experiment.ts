/** How fast the explorer is, for the report. */
import type { Claim, Experiment } from "@outlive/report"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { LEAST_PAIRS } from "../statistics.js"
import type { ExploreResult } from "./explore.js"
import { type Program, PROGRAMS } from "./programs.js"
import { promiseOf } from "./promise.js"

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
    claims: PROGRAMS.flatMap((program) => promiseClaim(result, program) ?? []),
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

function promiseClaim(result: ExploreResult, program: Program): Claim | undefined {
  const kept = promiseOf(result, program)
  if (kept === undefined) return undefined
  const { verdict, runs, ms, mostMs } = kept
  const measured =
    verdict === "open"
      ? `nothing can be said, ${runs} undisturbed ${runs === 1 ? "run" : "runs"}, and ${LEAST_PAIRS} are needed`
      : `and ${ms.toPrecision(3)} ms measured`
  return { verdict, text: `${program.name}: at most ${mostMs} ms, ${measured}` }
}
