/** Something over time, as each process has seen it: none is left out, and none is averaged. */
import { markup } from "../markup.js"
import type { Arm, Metric } from "../schema/measured.js"
import { FONT, type Picture, WIDTH, apart, colour, line, polyline, text, widthOf } from "./picture.js"
import { quantity } from "./quantity.js"
import { linear, logarithmic } from "./scale.js"
import { summarize } from "./summary.js"

const HEIGHT = 230
const TOP = 12
const FOOT = 40
const WIDEST_RATIO = 40

export function growth(title: string, arms: readonly Arm[], metric: Metric): Picture {
  const bottom = HEIGHT - FOOT
  const shown = arms.filter(({ runs }) => runs.some(({ series = [] }) => series.length > 0))
  const all = shown.flatMap(({ runs }) => runs.flatMap(({ series = [] }) => series))
  const most = Math.max(1, ...all.map(([, value]) => value))
  const peaks = shown.map(
    ({ runs }) => summarize(runs.map(({ series = [] }) => Math.max(0, ...series.map(([, value]) => value)))).median,
  )
  const isLog = most / Math.max(1, Math.min(...peaks)) > WIDEST_RATIO
  const y = isLog ? logarithmic(1, most, [bottom, TOP]) : linear(most, [bottom, TOP])
  const end = Math.max(...all.map(([ms]) => ms))
  const left = 6 + Math.max(...y.ticks.map((tick) => widthOf(quantity(tick, ""), 10.5)))
  const right = WIDTH - 14 - Math.max(...shown.map(({ label }) => widthOf(label)))
  const x = linear(end, [left + 8, right], 3)
  const names = apart(
    shown.map(({ runs }) => y.at(summarize(runs.map(({ series = [] }) => series.at(-1)?.[1] ?? 0)).median) + 4),
    [TOP + FONT / 2, bottom],
  )
  const curves = shown.map(({ label, runs }, nth) => {
    const paths = runs.map(({ series = [] }) =>
      polyline(
        "thin",
        series.map(([ms, value]) => [x.at(ms), y.at(value)]),
      ),
    )
    return markup`<g class="${colour(nth)}">${paths}${text(label, { x: right + 8, y: names[nth]!, of: "name" })}</g>`
  })
  const rules = y.ticks.map(
    (tick) =>
      markup`${line("rule", [left + 4, y.at(tick)], [right, y.at(tick)])}${text(quantity(tick, ""), { x: left, y: y.at(tick) + 4, anchor: "end", of: "soft" })}`,
  )
  const below = x.ticks
    .filter((tick) => x.at(tick) <= right + 1)
    .map((tick) => text(quantity(tick, "ms"), { x: x.at(tick), y: bottom + 16, anchor: "middle", of: "soft" }))
  const foot = text(`${metric.title}${isLog ? ", logarithmic" : ""}; a line for each process`, {
    x: WIDTH / 2,
    y: HEIGHT - 6,
    anchor: "middle",
    of: "soft",
  })
  const says = shown.map(({ label }, i) => `${label}: at most ${quantity(peaks[i]!, metric.unit)}`).join("; ")
  return { title, says, height: HEIGHT, body: markup`${rules}${below}${curves}${foot}` }
}
