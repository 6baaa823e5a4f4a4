/** Plain tables: first column to the left, figures to the right; and what has to be said below them. */
import type { Machine } from "./machine.js"
import { processorsText } from "./processors.js"
import { type Rounds, isQuiet, isUnknown } from "./rounds.js"

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)))
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))
  const line = (cells: readonly string[]) => `  ${cells.map(cell).join("  ")}`.trimEnd()
  return [line(head), line(widths.map((w) => "─".repeat(w))), ...rows.map(line)].join("\n")
}

/** "under load" in how many of a row's runs; empty when in none. */
export function loadNote(runs: readonly { readonly underLoad: boolean }[]): string {
  const loaded = runs.filter((m) => m.underLoad).length
  if (loaded === 0) return ""
  return loaded === runs.length ? "under load" : `${loaded} of ${runs.length} under load`
}

/** Where the figures come from, and which not to believe. */
export function closing(result: Rounds & { readonly machine: Machine; readonly seed: number }): string {
  const { machine, measurements, rejected } = result
  const loaded = measurements.filter((m) => m.underLoad).length
  const commit = machine.commit ? `, commit ${machine.commit}` : ""
  const lines = [
    `  ${machine.cpu}, ${processorsText(machine)}, Node ${machine.node}${commit}, seed ${result.seed}`,
    `  ${measurements.length} runs counted, ${rejected.length} rejected for foreign load or little overlap`,
  ]
  if (loaded > 0)
    lines.push(`  ${loaded} counted UNDER LOAD, since no attempt was quiet: measure again on a quieter machine`)
  const unknown = measurements.filter(isUnknown).length
  if (unknown > 0)
    lines.push(
      `  Of ${unknown} runs it is not known whether anybody else was at work (${machine.loadSource}): unknown is not quiet, they prove nothing`,
    )
  const share = measurements.length === 0 ? 0 : measurements.filter((run) => isQuiet(run)).length / measurements.length
  lines.push(
    `  quiet share: ${(100 * share).toFixed(0)} % of the runs that counted, by foreign load, overlap and calibration`,
  )
  if (result.evenUnderLoad)
    lines.push(
      "  Conclusions are drawn from ALL runs, disturbed ones too, as was asked: none of them is to be published",
    )
  return lines.join("\n")
}
