/** A result as one page: the report, and a picture of who did what when. */
import type { Failure, Result, Step } from "../model.js"
import { report } from "./report.js"

const COLUMN = 260
const ROW = 26
const TOP = 48
const LEFT = 60

/** The whole page; needs nothing else to be shown. */
export function reportHtml(result: Result): string {
  const title = escape(`${result.model || "model"}: ${result.verdict}`)
  const picture = result.verdict === "pass" ? "" : sequence(result)
  return `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<style>
  body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222 }
  pre { font: 12px/1.5 ui-monospace, monospace; overflow-x: auto }
  svg text { font: 12px ui-monospace, monospace }
  .lifeline { stroke: #bbb } .step { fill: #36c } .racing { fill: #c33 } .switch { stroke: #e5a200; stroke-dasharray: 4 3 }
  .at { fill: #888; font-size: 10px }
</style>
<h1>${title}</h1>
${picture}
<pre>${escape(report(result))}</pre>
`
}

/** A line for each thread, a dot for each step, a dashed line where another thread goes on. */
function sequence({ threadNames, trace, racing }: Failure): string {
  const width = LEFT + COLUMN * threadNames.length
  const height = TOP + ROW * (trace.length + 1)
  const x = (thread: number) => LEFT + COLUMN * thread
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
    return `${change}<circle class="${kind}" cx="${x(step.thread)}" cy="${y(row)}" r="4"/><text x="${x(step.thread) + 10}" y="${y(row) + 4}">${escape(told(step))} <tspan class="at">${escape(step.at)}</tspan></text>`
  })
  return `<svg width="${width}" height="${height}" role="img">${[...names, ...lines, ...rows].join("\n")}</svg>`
}

function told({ operation, cell, before, after, result }: Step): string {
  const change = before === undefined && after === undefined ? "" : ` ${String(before)} → ${String(after)}`
  const gave = result === undefined || change !== "" ? "" : ` = ${String(result)}`
  return `${operation} ${cell}${change}${gave}`.trim()
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!)
}
