/** The table of lifetimes as a grid: a row for each fence type, a column for each lifetime. */
import { type Cell, cellInWords } from "@outlive/drivers"
import type { LifetimeCell } from "@outlive/report"
import { LIFETIMES } from "@outlive/workers"
import { columns } from "./columns.js"
import { repeatLine } from "./race-options.js"

/** A cell as the report takes it (@outlive/report). */
export function lifetimeOf({ race, ...cell }: Cell, subject: readonly string[] = []): LifetimeCell {
  const repeat = race && repeatLine(race.settings, subject)
  return { ...cell, text: cellInWords(cell), ...(repeat === undefined ? {} : { repeat }) }
}

export function lifetimeGrid(cells: readonly Cell[]): string {
  const types = [...new Set(cells.map(({ type }) => type))]
  const rows = types.map((type) => [
    type,
    ...LIFETIMES.map((lifetime) =>
      cells
        .filter((cell) => cell.type === type && cell.lifetime === lifetime)
        .map((cell) => cellInWords(cell) + (cell.form === "merged" ? "" : ` (${cell.form})`))
        .join(" / "),
    ),
  ])
  return columns(["fence type", ...LIFETIMES], rows)
}
