/** The table of lifetimes as a page has it. */
import { type Cell } from "./cell.js"
import { expectedOf, isAsExpected } from "./expected.js"
import { COLUMNS, cellInWords } from "./table.js"

const BEGIN = "<!-- The table: made by outlive lifetimes. -->"
const END = "<!-- The table ends. -->"

/** A row for each type, a column for each lifetime; where a driver's patch matters: before it / with it. Then what is not as expected. */
export function tableInMarkdown(cells: readonly Cell[]): string {
  const types = [...new Set(cells.map(({ type }) => type))]
  const shown = (type: string, lifetime: string) =>
    cells
      .filter((cell) => cell.type === type && cell.lifetime === lifetime)
      .map(cellInWords)
      .join(" / ")
  const line = (words: readonly string[]) => `| ${words.join(" | ")} |`
  const rows = types.map((type) => line([type, ...COLUMNS.map((lifetime) => shown(type, lifetime))]))
  const head = [line(["fence type", ...COLUMNS]), line(["---", ...COLUMNS.map(() => "---")])]
  return [...head, ...rows, "", ...notesOn(cells)].join("\n")
}

function notesOn(cells: readonly Cell[]): string[] {
  const cannot = cells.flatMap(({ type, cannot: why }) => (why === undefined ? [] : [`- ${type}, layered: ${why}.`]))
  const different = cells.flatMap((cell) => {
    const expected = expectedOf(cell)
    if (!expected || cell.outcomes.length === 0 || isAsExpected(cell, expected)) return []
    const why = expected.reason ?? "not explained yet"
    return [
      `- ${cell.type}, ${cell.lifetime}: expected ${expected.outcomes.join(", ")}, seen ${cellInWords(cell)}: ${why}.`,
    ]
  })
  return [
    "A dash: there can be no such fence.",
    "",
    ...cannot,
    "",
    different.length === 0 ? "All as expected from reading the code." : "Not as expected from reading the code:",
    "",
    ...different,
  ]
}

/** A page with its table replaced. @throws RangeError for a page without the marks */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from === -1 || to < from)
    throw new RangeError(`Cannot find the table's place: "${BEGIN}" and "${END}" are needed`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${table.trimEnd()}\n\n${page.slice(to)}`
}
