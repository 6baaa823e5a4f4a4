/** Plain tables: first column to the left, figures to the right. */
import type { Machine } from "./machine.js"
import type { Rounds } from "./rounds.js"

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)))
  const line = (cells: readonly string[]) => `  ${cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join("  ")}`.trimEnd()
  return [line(head), line(widths.map((w) => "─".repeat(w))), ...rows.map(line)].join("\n")
}

/** Where the figures come from, and which not to believe. */
export function closing(result: Rounds & { readonly machine: Machine; readonly seed: number }): string {
  const { machine, measurements, rejected } = result
  const loaded = measurements.filter((m) => m.underLoad).length
  const from = `  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}${machine.commit ? `, commit ${machine.commit}` : ""}, seed ${result.seed}`
  const runs = `  ${measurements.length} runs counted, ${rejected} rejected for foreign load or little overlap`
  return loaded === 0 ? `${from}\n${runs}` : `${from}\n${runs}; ${loaded} counted UNDER LOAD, since no attempt was quiet: repeat on a quieter machine`
}
