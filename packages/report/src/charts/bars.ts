/** An arm in a row: its name, its figure, a bar to the median, and a stroke for each process. */
import { type Markup, markup } from "../markup.js"
import type { Arm, Metric } from "../schema/measured.js"
import { FONT, type Picture, SMALL, WIDTH, colour, line, strokes, text, widthOf, wrapped } from "./picture.js"
import { quantity, span } from "./quantity.js"
import { linear, logarithmic } from "./scale.js"
import { type Summary, summaryOf } from "./summary.js"

const BAR = 14
const LINE = FONT + 3
const EDGE = 6
const TICKS = 22
/** Arms further apart than this share no scale from 0: the least would be a line. */
const WIDEST_RATIO = 40

export function bars(title: string, arms: readonly Arm[], metric: Metric): Picture {
  const rows = arms
    .map((arm) => ({ label: armName(arm), ...summaryOf(arm, metric.name) }))
    .filter(({ samples }) => samples.length > 0)
  const [least, most] = [Math.min(...rows.map((row) => row.least)), Math.max(...rows.map((row) => row.most))]
  const isLog = least > 0 && most / least > WIDEST_RATIO
  const range = [EDGE, WIDTH - EDGE] as const
  const scale = isLog ? logarithmic(least, most, range) : linear(most, range)
  const parts: Markup[] = []
  let y = 2
  for (const [nth, row] of rows.entries()) {
    const figure = `${quantity(row.median, metric.unit)} (${span(row.least, row.most, metric.unit)})`
    const names = wrapped(row.label, WIDTH - EDGE - widthOf(figure, FONT) - 10)
    for (const [at, name] of names.entries())
      parts.push(text(name, { x: EDGE, y: y + LINE * (at + 1) - 3, ...(at === 0 ? { of: "strong" } : {}) }))
    parts.push(text(figure, { x: WIDTH - EDGE, y: y + LINE - 3, anchor: "end" }))
    y += LINE * names.length + 2
    parts.push(markup`<g class="${colour(nth)}">${bar(row, scale.at, y, isLog)}</g>`)
    y += BAR + 10
  }
  const ticks = scale.ticks.map((tick) => {
    const name = quantity(tick, metric.unit)
    const half = widthOf(name, SMALL) / 2
    const x = Math.min(Math.max(scale.at(tick), EDGE + half), WIDTH - EDGE - half)
    return { x, half, tick, name }
  })
  const rules = ticks.map(({ tick }) => line("rule", [scale.at(tick), 2], [scale.at(tick), y]))
  const shown = ticks.filter(
    ({ x, half }, i) =>
      i === 0 ||
      (x - half > ticks[0]!.x + ticks[0]!.half && (i === ticks.length - 1 || i % 2 === 0 || ticks.length < 6)),
  )
  const names = shown.map(({ x, name }) => text(name, { x, y: y + 14, anchor: "middle", of: "soft" }))
  const foot = text(`${metric.title}${isLog ? ", logarithmic" : ""}${better(metric)}`, {
    x: WIDTH / 2,
    y: y + 30,
    anchor: "middle",
    of: "soft",
  })
  const says = rows.map(({ label, median }) => `${label} ${quantity(median, metric.unit)}`).join("; ")
  return { title, says, height: y + TICKS + 16, body: markup`${rules}${parts}${names}${foot}` }
}

function bar(
  { median, least, most, samples }: Summary,
  at: (value: number) => number,
  y: number,
  isLog: boolean,
): Markup {
  const from = at(0)
  const middle = y + BAR / 2
  // On a logarithmic scale nothing has a length.
  const body = isLog
    ? markup``
    : markup`<path class="bar" d="M${from} ${y}H${Math.round(at(median) * 10) / 10}v${BAR}H${from}z"/>`
  return markup`${body}${line("range", [at(least), middle], [at(most), middle])}${strokes("stroke", samples.map(at), y, BAR)}${strokes("median", [at(median)], y - 2, BAR + 4)}`
}

export const better = ({ better: which }: Metric) => (which === undefined ? "" : `; ${which} is better`)

export const armName = ({ label, x }: Arm) => (x === undefined ? label : `${label}, ${x}`)
