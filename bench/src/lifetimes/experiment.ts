/** What each lifetime costs, for the report: a group for each operation. */
import { believed } from "../rounds.js"
import { LIFETIME_NAMES } from "@outlive/core"
import type { Claim, Experiment } from "@outlive/report"
import { chanceClaims, isBeyond, resolutionAt, withAgain } from "../chance.js"
import { clear, ratioOf } from "../contended/claim.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { LEAST_PAIRS, ratioByRound } from "../statistics.js"
import { BASE, type LifetimesResult } from "./lifetimes.js"
import { OPERATIONS, type Operation, quickestOf } from "./operations.js"

export function lifetimesExperiment(result: LifetimesResult): Experiment {
  return {
    name: "lifetimes",
    title: "What each lifetime costs",
    question: "What does it cost that a fence outlives its module, operation by operation?",
    notes: [
      IN_TURN,
      "What is said of two lifetimes is said of the quickest moments of their processes: whatever else runs only ever slows down.",
      "Through handles, WebAssembly. Layered: the engine does what it does when issuer-bound, so their difference is what this cannot tell.",
      "Unload: where ops stay at the signal its fences are dropped before, for they would crash, or keep it.",
    ],
    groups: OPERATIONS.map(({ name, title }) => ({
      title,
      picture: "bars" as const,
      metrics: [{ name, title: "one operation", unit: "ns", better: "less" as const }],
      arms: withAgain(
        LIFETIME_NAMES.map((lifetime) => ({ name: lifetime as string })),
        (one) => one.name === BASE,
      )
        .map((one) => armOf(result, one.name, one.name))
        .filter(({ runs }) => runs.length > 0),
    })),
    claims: [
      ...OPERATIONS.flatMap((operation) =>
        LIFETIME_NAMES.filter((name) => name !== BASE).flatMap((name) => claimOf(result, operation, name) ?? []),
      ),
      ...chancesOf(result),
    ],
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

export function chancesOf(result: LifetimesResult): Claim[] {
  return OPERATIONS.flatMap(({ name, title }) => chanceClaims(result, BASE, quickestOf(name), title))
}

function claimOf(result: LifetimesResult, { name, title }: Operation, lifetime: string): Claim | undefined {
  const quiet = believed(result)
  const ratio = ratioByRound(quiet, [lifetime, BASE], quickestOf(name), result.seed)
  if (!result.measurements.some(({ variant }) => variant === lifetime)) return undefined
  if (ratio.pairs < LEAST_PAIRS || Number.isNaN(ratio.median))
    return { verdict: "open", text: `${title}: nothing can be said of ${lifetime}, ${ratio.pairs} undisturbed pairs` }
  const figures = `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`
  const isShown = isBeyond(ratio, resolutionAt(result, [BASE], quickestOf(name)))
  return {
    verdict: isShown ? clear(ratio.pairs) : "no difference shown",
    text: `${title}: ${lifetime} takes ${figures} times as long as ${BASE}${isShown ? "" : ", no difference shown"}`,
    ratio: ratioOf(`${title}: ${lifetime} ÷ ${BASE}`, ratio),
  }
}
