/** An order of steps that fails: a column for each thread, the failing step marked, and a slider that walks through the memory. */
import { digits } from "../charts/quantity.js"
import { type Markup, markup, trusted } from "../markup.js"
import type { Exploration, ScheduleStep } from "../schema/raced.js"

/** Models that pass are rows of a table, those that fail a section each. */
export function explorationsSection(all: readonly Exploration[], id: string): Markup {
  const passed = all.filter(({ verdict }) => verdict === "pass")
  const failed = all.filter(({ verdict }) => verdict !== "pass")
  const list = passed.map(
    (one) =>
      markup`<li><span class="verdict ${one.exhaustive ? "good" : "open"}">${one.exhaustive ? "no order fails" : "none found"}</span> ${one.model}: ${one.executions.toLocaleString("en")} executions, ${one.strategy}, ${digits(one.ms)} ms. ${(one.cutShort ?? []).map(({ message }) => `Cut short: ${message}.`).join(" ")}</li>`,
  )
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">Orders of steps</h2>
${passed.length > 0 ? markup`<ul class="claims">${list}</ul><p class="soft">Not shown by a pass: other inputs, more threads or rounds, what happens outside of the memory.</p>` : markup``}
${failed.map((one, i) => failure(one, `${id}-${i + 1}`))}</section>\n`
}

function failure(one: Exploration, id: string): Markup {
  const { trace = [], racing, threadNames } = one
  const marked = new Set(racing ?? (trace.length > 0 ? [trace.length - 1] : []))
  const heads = threadNames.map((name) => markup`<th scope="col">${name}</th>`)
  const rows = trace.map((step, at) => row(step, at, threadNames.length, marked.has(at)))
  const cells = [...new Set(trace.flatMap(({ cell }) => (cell === undefined ? [] : [cell])))]
  return markup`<article class="schedule" aria-labelledby="${id}"><h3 id="${id}">${one.model}: ${one.verdict}</h3>
<p><span class="verdict bad">fails</span> ${one.message ?? ""}${one.claim === undefined ? "" : ` Claim: ${one.claim}`}</p>
${
  trace.length === 0
    ? markup``
    : markup`<div class="walk" hidden><label>Step <input type="range" min="0" max="${trace.length}" value="${trace.length}"> <output>${trace.length} of ${trace.length}</output></label>
<dl class="memory" aria-live="polite">${cells.map((cell) => markup`<div><dt>${cell}</dt><dd data-cell="${cell}">${lastOf(trace, cell)}</dd></div>`)}</dl></div>
<div class="wide" tabindex="0" role="group" aria-label="Steps of ${one.model}"><table class="steps"><caption>Steps in the order that fails; the marked one is where it shows</caption><thead><tr><th scope="col">step</th>${heads}<th scope="col">where</th></tr></thead><tbody>${rows}</tbody></table></div>`
}
${one.repeat === undefined ? markup`` : markup`<p>To run this order again: <code>${one.repeat}</code></p>`}</article>`
}

function row(step: ScheduleStep, at: number, threads: number, isMarked: boolean): Markup {
  const cells = Array.from(
    { length: threads },
    (_, thread) =>
      markup`<td>${thread === step.thread ? step.text : ""}${thread === step.thread && isMarked ? markup` <b class="bad">fails here</b>` : markup``}</td>`,
  )
  const of = [step.switched ? "switched" : "", isMarked ? "marked" : ""].filter(Boolean).join(" ")
  const memory =
    step.cell === undefined || step.after === undefined
      ? markup``
      : markup` data-cell="${step.cell}" data-after="${step.after}"`
  return markup`<tr${trusted(of === "" ? "" : ` class="${of}"`)}${memory}><th scope="row">${at + 1}</th>${cells}<td class="soft">${step.at}</td></tr>\n`
}

function lastOf(trace: readonly ScheduleStep[], cell: string): string {
  return trace.findLast((step) => step.cell === cell && step.after !== undefined)?.after ?? "as it was"
}

/** The only script of the page: without it the table is all there, and the slider is not shown. */
export const WALK = trusted(`for (const article of document.querySelectorAll(".schedule")) {
  const walk = article.querySelector(".walk")
  if (!walk) continue
  walk.hidden = false
  const slider = walk.querySelector("input")
  const rows = [...article.querySelectorAll(".steps tbody tr")]
  const show = () => {
    const at = Number(slider.value)
    walk.querySelector("output").textContent = at + " of " + rows.length
    for (const cell of walk.querySelectorAll("dd")) {
      const last = rows.slice(0, at).findLast((row) => row.dataset.cell === cell.dataset.cell)
      cell.textContent = last ? last.dataset.after : "as it was"
      cell.classList.toggle("changed", last !== undefined && last === rows[at - 1])
    }
    rows.forEach((row, i) => {
      row.classList.toggle("now", i === at - 1)
      row.classList.toggle("later", i >= at)
    })
  }
  slider.addEventListener("input", show)
  show()
}`)
