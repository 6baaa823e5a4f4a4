/** The family's curves for the report: a group for each, along its size. */
import type { Claim, Experiment, Metric } from "@outlive/report"
import { chanceClaims } from "../chance.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { growthOf } from "./growth.js"
import { AGAIN_AT, type FamilyResult } from "./family.js"
import { CURVES, type Curve, variantName } from "./operations.js"

const US: Metric = { name: "us", title: "the whole", unit: "us", better: "less" }
const ENGINES = ["wasm", "js"] as const

export function familyExperiment(result: FamilyResult): Experiment {
  return {
    name: "family",
    title: "How cost grows",
    question: "How does the cost of what is made of fences grow with how many there are?",
    notes: [IN_TURN, "Through handles. Grows as: the slope of the line through log time and log size, from 100 on."],
    groups: CURVES.map((curve) => ({
      title: curve.title,
      picture: "lines" as const,
      axis: { title: curve.unit, scale: "log" as const },
      metrics: [US],
      arms: ENGINES.flatMap((engine) =>
        curve.sizes.map((size) => armOf(result, variantName(engine, curve.name, size), engine, size)),
      ),
    })).filter(({ arms }) => arms.some(({ runs }) => runs.length > 0)),
    claims: [
      ...CURVES.flatMap((curve) => ENGINES.flatMap((engine) => claimOf(result, curve, engine) ?? [])),
      ...chanceClaims(result, AGAIN_AT, US.name, `${CURVES[0]!.title}, ${CURVES[0]!.sizes[0]} of them`),
    ],
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

function claimOf(result: FamilyResult, curve: Curve, engine: string): Claim | undefined {
  const growth = growthOf(result, curve, engine)
  if (!growth) return undefined
  const { exponent, verdict } = growth
  const measured = Number.isNaN(exponent) ? "too little was measured" : `n^${exponent.toFixed(2)} measured`
  const word = verdict === "MISSED" ? "missed" : verdict
  return { verdict: word, text: `${curve.title}, ${engine}: ${curve.promise}, and ${measured}` }
}
