/** A result as one page: the report, and a picture of who did what when. */
import type { Failure, Result, Step } from "../model.js"
import { assertResult, describe, report } from "./report.js"

/** A column is as wide as what stands in it; no character of a monospaced font is wider than so much of its size. */
const WIDEST = 0.65
const FONT = 12
const SMALL_FONT = 10
/** Between a line and its texts, and between the longest of them and the next line. */
const GAP = 10
const NARROWEST = 120
const ROW = 26
const TOP = 48
const LEFT = 60

/** The whole page; needs nothing else to be shown. */
export function reportHtml(result: Result): string {
  assertResult(result)
  const title = escape(`${result.model || "model"}: ${result.verdict}`)
  const picture = result.verdict === "pass" ? "" : sequence(result)
  return `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<style>
  body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222 }
  pre { font: 12px/1.5 ui-monospace, monospace; overflow-x: auto }
  svg text { font: ${FONT}px ui-monospace, monospace }
  .lifeline { stroke: #bbb } .step { fill: #36c } .racing { fill: #c33 } .switch { stroke: #e5a200; stroke-dasharray: 4 3 }
  .at { fill: #888; font-size: ${SMALL_FONT}px }
</style>
<h1>${title}</h1>
${picture}
<pre>${escape(report(result))}</pre>
`
}

/** A line for each thread, a dot for each step, a dashed line where another thread goes on. */
function sequence({ threadNames, trace, racing }: Failure): string {
  const columns = threadNames.map((name, thread) =>
    widthOf(
      name,
      trace.filter((step) => step.thread === thread),
    ),
  )
  const left = columns.map((_, thread) => columns.slice(0, thread).reduce((sum, column) => sum + column, LEFT))
  const width = columns.reduce((sum, column) => sum + column, LEFT)
  const height = TOP + ROW * (trace.length + 1)
  const x = (thread: number) => left[thread]!
  const y = (row: number) => TOP + ROW * (row + 1)
  const names = threadNames.map((name, thread) => `<text x="${x(thread)}" y="${TOP - 16}">${escape(name)}</text>`)
  const lines = threadNames.map(
    (_, thread) => `<line class="lifeline" x1="${x(thread)}" x2="${x(thread)}" y1="${TOP}" y2="${height}"/>`,
  )
  const rows = trace.map((step, row) => {
    const before = trace[row - 1]
    const change =
      step.switched && before
        ? `<line class="switch" x1="${x(before.thread)}" y1="${y(row - 1)}" x2="${x(step.thread)}" y2="${y(row)}"/>`
        : ""
    const kind = racing?.includes(row) ? "racing" : "step"
    return `${change}<circle class="${kind}" cx="${x(step.thread)}" cy="${y(row)}" r="4"/><text x="${x(step.thread) + GAP}" y="${y(row) + 4}">${escape(describe(step))} <tspan class="at">${escape(step.at)}</tspan></text>`
  })
  return `<svg width="${width}" height="${height}" role="img">${[...names, ...lines, ...rows].join("\n")}</svg>`
}

/** Of a thread's column: its name, and its longest step with its place. */
function widthOf(name: string, steps: readonly Step[]): number {
  const widths = steps.map((step) => (describe(step).length + 1) * FONT + step.at.length * SMALL_FONT)
  return Math.ceil(Math.max(NARROWEST, WIDEST * Math.max(name.length * FONT, ...widths) + 2 * GAP))
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!)
}
