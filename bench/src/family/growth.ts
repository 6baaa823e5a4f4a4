/** How a curve grows: the slope of the line through log time and log size, and whether what is promised is held. */
import { isQuiet } from "../rounds.js"
import { linearRegression } from "simple-statistics"
import { median } from "../statistics.js"
import type { Measurement, Rounds } from "../rounds.js"
import { type Curve, variantName } from "./operations.js"

const LEAST_SIZE = 100

export interface Growth {
  readonly exponent: number
  readonly verdict: "held" | "MISSED" | "open"
  /** Runs by size, as the curve has them. */
  readonly runs: readonly (readonly Measurement[])[]
  readonly us: readonly number[]
}

/** Undefined when nothing of it was measured. */
export function growthOf({ measurements }: Rounds, curve: Curve, engine: string): Growth | undefined {
  const runs = curve.sizes.map((size) =>
    measurements.filter((m) => m.variant === variantName(engine, curve.name, size)),
  )
  const us = runs.map((of) => median(of.map((m) => m.figures["us"]!)))
  if (us.every(Number.isNaN)) return undefined
  const points = curve.sizes.flatMap((size, i) =>
    size < LEAST_SIZE || Number.isNaN(us[i]!) ? [] : [[size, us[i]!] as const],
  )
  const exponent =
    points.length < 2 ? Number.NaN : linearRegression(points.map(([n, t]) => [Math.log(n), Math.log(t)])).m
  const quiet = runs.flat().every((run) => isQuiet(run))
  const verdict = Number.isNaN(exponent) || !quiet ? "open" : exponent <= curve.mostExponent ? "held" : "MISSED"
  return { exponent, verdict, runs, us }
}
