/** The table of lifetimes: a row for each fence type, a column for each lifetime. */
import { type Markup, markup } from "../markup.js"
import type { LifetimeCell } from "../schema/raced.js"
import { type Cells, table } from "./table.js"

export function lifetimesSection(cells: readonly LifetimeCell[], id: string): Markup {
  const types = [...new Set(cells.map(({ type }) => type))]
  const lifetimes = [...new Set(cells.map(({ lifetime }) => lifetime))]
  const rows = types.map((type): Cells => [
    type,
    ...lifetimes.map(
      (lifetime) =>
        markup`${cells.filter((cell) => cell.type === type && cell.lifetime === lifetime).map((cell, i) => markup`${i > 0 ? markup`<br>` : markup``}${cellText(cell)}`)}`,
    ),
  ])
  const repeats = cells.filter(({ repeat }) => repeat !== undefined)
  const commands = table(
    "Each cell's race",
    ["fence type", "lifetime", "observed", "messages", "to run it again"],
    repeats.map((cell) => [
      cell.type,
      cell.lifetime + (cell.form === "merged" ? "" : `, ${cell.form}`),
      cell.text,
      cell.messages[0] ?? "",
      markup`<code>${cell.repeat!}</code>`,
    ]),
  )
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">What becomes of fences under each lifetime</h2>
<p>Each cell is a race of real threads: what was seen, not what was meant. A race that is safe has seen likely orders, not all of them.</p>
${table("Fence types under lifetimes, as races have shown them", ["fence type", ...lifetimes], rows)}
${repeats.length > 0 ? markup`<details><summary>Each cell's race, and the command that runs it again</summary>${commands}</details>` : markup``}</section>\n`
}

function cellText({ text, form, outcomes, cannot }: LifetimeCell): Markup {
  const [worst = ""] = outcomes
  const kind =
    worst === "safe" ? "good" : ["crash", "hang", "wrong", "leak", "half free"].includes(worst) ? "bad" : "open"
  const title = cannot === undefined ? markup`` : markup` title="${cannot}"`
  return markup`<span class="${kind}"${title}>${text}${form === "merged" ? "" : ` (${form})`}</span>`
}
