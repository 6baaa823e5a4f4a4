/** What each lifetime costs, as a table: nanoseconds under the independent one, the others as ratios to it. */
import { LIFETIME_NAMES } from "@outlive/core"
import { intervalName, ratioByRound, summarize } from "../statistics.js"
import { closing, table } from "../table.js"
import { chancesOf } from "./experiment.js"
import { BASE, type LifetimesResult } from "./lifetimes.js"
import { OPERATIONS, quickestOf } from "./operations.js"

export function formatLifetimes(result: LifetimesResult): string {
  const others = LIFETIME_NAMES.filter((name) => name !== BASE)
  const runs = result.measurements
  const rounds = new Set(runs.map((m) => m.round)).size
  const rows = OPERATIONS.map(({ name, title }) => {
    const ns = summarize(runs.filter((m) => m.variant === BASE).map((m) => m.figures[name]!))
    const ratios = others.map((other) => {
      const { pairs, median, low, high } = ratioByRound(runs, [other, BASE], quickestOf(name), result.seed)
      return pairs === 0 ? "" : `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
    })
    return [title, `${ns.median.toPrecision(3)}`, ...ratios]
  })
  const notes = [
    `  ns through handles, wasm: median over processes of each process's median; the others: ratio to it by their quickest moments, paired by round (${intervalName(rounds)})`,
    "  layered: the engine does what it does when issuer-bound, so their difference is what this table cannot tell",
    "  unload: where ops stay at the signal its fences are dropped before, for they would crash, or keep it",
  ]
  const chances = chancesOf(result).map(({ text }) => `  ${text}`)
  return [table(["operation", `${BASE}, ns`, ...others], rows), "", ...chances, ...notes, closing(result)].join("\n")
}
