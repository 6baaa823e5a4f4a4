/** Two figures against each other: a dot for each process, a mark at the medians. */
import { markup } from "../markup.js"
import type { Arm, Metric } from "../schema/measured.js"
import { better } from "./bars.js"
import { FONT, type Picture, WIDTH, apart, briefly, colour, dots, line, mark, text, widthOf } from "./picture.js"
import { quantity } from "./quantity.js"
import { linear, logarithmic } from "./scale.js"
import { summarize } from "./summary.js"

const HEIGHT = 250
const TOP = 12
const FOOT = 58
const WIDEST_RATIO = 40

export function tradeoff(title: string, arms: readonly Arm[], across: Metric, up: Metric): Picture {
  const shown = arms
    .map((arm) => {
      const runs = arm.runs.filter(
        ({ figures }) => figures[across.name] !== undefined && figures[up.name] !== undefined,
      )
      const pairs = runs.map(({ figures }) => [figures[across.name]!, figures[up.name]!] as const)
      return {
        label: arm.label,
        pairs,
        x: summarize(pairs.map(([x]) => x)).median,
        y: summarize(pairs.map(([, y]) => y)).median,
      }
    })
    .filter(({ pairs }) => pairs.length > 0)
  const bottom = HEIGHT - FOOT
  const ups = shown.flatMap(({ pairs }) => pairs.map(([, value]) => value))
  const least = Math.min(...ups.filter((value) => value > 0), 1)
  const most = Math.max(...ups, 1)
  const isLog = most / least > WIDEST_RATIO
  const y = isLog ? logarithmic(least, most, [bottom, TOP]) : linear(most, [bottom, TOP])
  const left = 6 + Math.max(...y.ticks.map((tick) => widthOf(quantity(tick, up.unit), 10.5)))
  const right = WIDTH - 14 - Math.max(...shown.map(({ label }) => widthOf(briefly(label))))
  const x = linear(Math.max(...shown.flatMap(({ pairs }) => pairs.map(([value]) => value))), [left + 10, right], 3)
  const names = apart(
    shown.map((one) => y.at(one.y) + 4),
    [TOP + FONT / 2, bottom],
  )
  const body = shown.map(
    (one, nth) =>
      markup`<g class="${colour(nth)}">${dots(
        "dot",
        one.pairs.map(([a, b]) => [x.at(a), y.at(b)]),
      )}${line("thin", [x.at(one.x), y.at(one.y)], [right + 6, names[nth]! - 4])}${mark(nth, x.at(one.x), y.at(one.y))}${text(briefly(one.label), { x: right + 8, y: names[nth]!, of: "name" })}</g>`,
  )
  const rules = y.ticks.map(
    (tick) =>
      markup`${line("rule", [left + 4, y.at(tick)], [right, y.at(tick)])}${text(quantity(tick, up.unit), { x: left, y: y.at(tick) + 4, anchor: "end", of: "soft" })}`,
  )
  const below = x.ticks.map((tick) =>
    text(quantity(tick, across.unit), { x: x.at(tick), y: bottom + 16, anchor: "middle", of: "soft" }),
  )
  const feet = [
    `across: ${across.title}${better(across)}`,
    `up: ${up.title}${isLog ? ", logarithmic" : ""}${better(up)}`,
  ].map((foot, i) => text(foot, { x: WIDTH / 2, y: HEIGHT - 22 + 16 * i, anchor: "middle", of: "soft" }))
  const says = shown
    .map((one) => `${one.label}: ${quantity(one.x, across.unit)}, ${quantity(one.y, up.unit)}`)
    .join("; ")
  return { title, says, height: HEIGHT, body: markup`${rules}${below}${body}${feet}` }
}
