/** Figures along an axis: a line through the medians of each label, a dot for each process, the name where the line ends. */
import { type Markup, markup } from "../markup.js"
import type { Arm, Group, Metric } from "../schema/measured.js"
import { better } from "./bars.js"
import {
  FONT,
  type Picture,
  WIDTH,
  apart,
  briefly,
  colour,
  dots,
  line,
  mark,
  polyline,
  text,
  widthOf,
} from "./picture.js"
import { digits, quantity } from "./quantity.js"
import { type Scale, linear, logarithmic } from "./scale.js"
import { summaryOf } from "./summary.js"

const HEIGHT = 220
const TOP = 12
const FOOT = 40
const WIDEST_RATIO = 40

export function lines(title: string, arms: readonly Arm[], metric: Metric, axis: NonNullable<Group["axis"]>): Picture {
  const points = arms
    .filter(({ x }) => x !== undefined)
    .map((arm) => ({ label: arm.label, x: arm.x!, ...summaryOf(arm, metric.name) }))
    .filter(({ samples }) => samples.length > 0)
  const labels = [...new Set(points.map(({ label }) => label))]
  const bottom = HEIGHT - FOOT
  const [least, most] = [Math.min(...points.map((p) => p.least)), Math.max(...points.map((p) => p.most))]
  const isLog = axis.scale === "log" || (least > 0 && most / least > WIDEST_RATIO)
  const y = isLog ? logarithmic(least, most, [bottom, TOP]) : linear(most, [bottom, TOP])
  const left = 6 + Math.max(...y.ticks.map((tick) => widthOf(quantity(tick, metric.unit), 10.5)))
  const right = WIDTH - 14 - Math.max(...labels.map((label) => widthOf(briefly(label))))
  const xs = [...new Set(points.map((p) => p.x))].toSorted((a, b) => a - b)
  const x = along(xs, axis.scale, [left + 12, right])
  const ends = labels.map((label) =>
    points
      .filter((p) => p.label === label)
      .toSorted((a, b) => a.x - b.x)
      .at(-1)!,
  )
  const names = apart(
    ends.map((end) => y.at(end.median) + 4),
    [TOP + FONT / 2, bottom],
  )
  const body = labels.map((label, nth) => {
    const mine = points.filter((p) => p.label === label).toSorted((a, b) => a.x - b.x)
    const all = mine.flatMap((p) => p.samples.map((sample) => [x.at(p.x), y.at(sample)] as const))
    return markup`<g class="${colour(nth)}">${dots("dot", all)}${polyline(
      "line",
      mine.map((p) => [x.at(p.x), y.at(p.median)]),
    )}${mine.map((p) => mark(nth, x.at(p.x), y.at(p.median)))}${text(briefly(label), { x: right + 8, y: names[nth]!, of: "name" })}</g>`
  })
  const says = labels
    .map(
      (label) =>
        `${label}: ${points
          .filter((p) => p.label === label)
          .map((p) => `${quantity(p.median, metric.unit)} at ${digits(p.x)}`)
          .join(", ")}`,
    )
    .join("; ")
  const foot = `${axis.title}, ${metric.title}${isLog ? " (logarithmic)" : ""}${better(metric)}`
  return {
    title,
    says,
    height: HEIGHT,
    body: markup`${frame({ x, y, xs, left, right, bottom, unit: metric.unit })}${body}${text(foot, { x: WIDTH / 2, y: HEIGHT - 6, anchor: "middle", of: "soft" })}`,
  }
}

function along(xs: readonly number[], scale: "linear" | "log", [from, to]: readonly [number, number]): Scale {
  const [first, last] = [xs[0]!, xs.at(-1)!]
  const of = scale === "log" ? Math.log : (value: number) => value
  const width = of(last) - of(first) || 1
  return { ticks: xs, at: (value) => from + ((to - from) * (of(value) - of(first))) / width }
}

interface Frame {
  readonly x: Scale
  readonly y: Scale
  readonly xs: readonly number[]
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly unit: string
}

function frame({ x, y, xs, left, right, bottom, unit }: Frame): Markup {
  const across = y.ticks.map(
    (tick) =>
      markup`${line("rule", [left + 4, y.at(tick)], [right, y.at(tick)])}${text(quantity(tick, unit), { x: left, y: y.at(tick) + 4, anchor: "end", of: "soft" })}`,
  )
  let end = Number.NEGATIVE_INFINITY
  const below = xs.map((value) => {
    const half = widthOf(digits(value), 10.5) / 2
    if (x.at(value) - half < end + 4) return markup``
    end = x.at(value) + half
    return text(digits(value), { x: x.at(value), y: bottom + 16, anchor: "middle", of: "soft" })
  })
  return markup`${across}${below}`
}
