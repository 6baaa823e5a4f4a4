/** The family's curves as a table: time for one element at each size, and how the whole grows. */
import { linearRegression } from "simple-statistics"
import { median } from "../statistics.js"
import { closing, loadNote, table } from "../table.js"
import type { FamilyResult } from "./family.js"
import { CURVES, type Curve, variantName } from "./operations.js"

export function formatFamily(result: FamilyResult): string {
  const sizes = [...new Set(CURVES.flatMap((curve) => curve.sizes))].toSorted((a, b) => a - b)
  const rows = CURVES.flatMap((curve) =>
    ["wasm", "js"].map((engine) => row(result, curve, engine, sizes)).filter((r) => r !== undefined),
  )
  const head = ["operation", "engine", ...sizes.map((n) => `n = ${n.toLocaleString("en")}`), "grows as", "promise", ""]
  const notes = [
    "  µs for the whole operation, through handles: median over processes of each process's median",
    "  grows as: slope of the line through log time and log size, from 100 on",
  ]
  return [table(head, rows), "", ...notes, closing(result)].join("\n")
}

function row(result: FamilyResult, curve: Curve, engine: string, sizes: readonly number[]): string[] | undefined {
  const runs = sizes.map((size) =>
    result.measurements.filter((m) => m.variant === variantName(engine, curve.name, size)),
  )
  const us = runs.map((of) => median(of.map((m) => m.figures["us"]!)))
  if (us.every(Number.isNaN)) return undefined
  const points = sizes.flatMap((size, i) => (size < 100 || Number.isNaN(us[i]!) ? [] : [[size, us[i]!] as const]))
  const exponent =
    points.length < 2 ? Number.NaN : linearRegression(points.map(([n, t]) => [Math.log(n), Math.log(t)])).m
  const quiet = runs.flat().every((m) => !m.underLoad)
  const verdict = Number.isNaN(exponent) || !quiet ? "open" : exponent <= curve.mostExponent ? "held" : "MISSED"
  return [
    curve.title,
    engine,
    ...us.map((value) => (Number.isNaN(value) ? "" : value.toPrecision(3))),
    Number.isNaN(exponent) ? "" : `n^${exponent.toFixed(2)}`,
    `${curve.promise} ${verdict}`,
    loadNote(runs.flat()),
  ]
}
