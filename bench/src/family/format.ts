/** The family's curves as a table: time for one element at each size, and how the whole grows. */
import { closing, loadNote, table } from "../table.js"
import type { FamilyResult } from "./family.js"
import { growthOf } from "./growth.js"
import { CURVES, type Curve } from "./operations.js"

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
  const growth = growthOf(result, curve, engine)
  if (!growth) return undefined
  const { exponent, verdict, runs, us } = growth
  return [
    curve.title,
    engine,
    ...sizes
      .map((size) => us[curve.sizes.indexOf(size)] ?? Number.NaN)
      .map((value) => (Number.isNaN(value) ? "" : value.toPrecision(3))),
    Number.isNaN(exponent) ? "" : `n^${exponent.toFixed(2)}`,
    `${curve.promise} ${verdict}`,
    loadNote(runs.flat()),
  ]
}
