/** The table of lifetimes as a grid: a row for each fence type, a column for each lifetime. */
import { type Cell, cellInWords } from "@outlive/drivers"
import type { LifetimeCell } from "@outlive/report"
import { LIFETIMES } from "@outlive/workers"
import { columns } from "./columns.js"
import { type Said, repeatLine } from "./race-options.js"

/** A cell as the report takes it (@outlive/report). */
export function lifetimeOf({ race, ...cell }: Cell, said?: Said): LifetimeCell {
  const repeat = race && repeatLine(race.settings, said)
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
