/**
 * A field for each place of two axes: its figure in words, and a colour that is the deeper the further the figure is. Of ratios the colour
 * says on which side of 1 they are; of all else how far up they are, on a logarithmic scale.
 */
import { type Markup, markup, trusted } from "../markup.js"
import type { Arm, Group, Metric } from "../schema/measured.js"
import { better } from "./bars.js"
import { FONT, type Picture, SMALL, WIDTH, text, widthOf, wrapped } from "./picture.js"
import { digits, quantity } from "./quantity.js"
import { summaryOf } from "./summary.js"

/** The unit of what is a ratio to something. */
export const RATIO = "×"

const ROW = 30
const HEAD = 20
const EDGE = 6
/** A ratio that is so far from 1 has the deepest colour. */
const FAR = 4
/** Text must be read on it. */
const DEEPEST = 0.5
const MOST_LABEL = 120

interface Field {
  readonly label: string
  readonly x: number
  readonly value: number
}

export function heat(title: string, arms: readonly Arm[], metric: Metric, axis: NonNullable<Group["axis"]>): Picture {
  const fields = arms
    .map((arm): Field => ({ label: arm.label, x: arm.x ?? 0, value: summaryOf(arm, metric.name).median }))
    .filter(({ value }) => Number.isFinite(value))
  const labels = [...new Set(fields.map(({ label }) => label))]
  const places = [...new Set(fields.map(({ x }) => x))].toSorted((a, b) => a - b)
  const left = EDGE + Math.min(MOST_LABEL, Math.max(...labels.map((label) => widthOf(label)))) + 8
  const width = (WIDTH - EDGE - left) / places.length
  const shade = shading(fields, metric)
  const named =
    metric.unit === RATIO ? (value: number) => digits(value) : (value: number) => quantity(value, metric.unit)
  const parts: Markup[] = places.map((x, i) =>
    text(digits(x), { x: left + (i + 0.5) * width, y: HEAD - 6, anchor: "middle", of: "soft" }),
  )
  let y = HEAD
  for (const label of labels) {
    const names = wrapped(label, left - EDGE - 8)
    const height = Math.max(ROW, names.length * (FONT + 3) + 8)
    names.forEach((name, i) =>
      parts.push(text(name, { x: EDGE, y: y + height / 2 + 4 + (FONT + 3) * (i - (names.length - 1) / 2) })),
    )
    for (const field of fields.filter((one) => one.label === label)) {
      const x = left + places.indexOf(field.x) * width
      const { of, depth } = shade(field.value)
      const said = named(field.value)
      const fits = widthOf(said, FONT) < width - 4
      parts.push(
        markup`<g class="${of}"><path class="heat" fill-opacity="${trusted(depth.toFixed(2))}" d="M${rounded(x + 1)} ${y + 1}h${rounded(width - 2)}v${height - 2}h${rounded(2 - width)}z"/></g>`,
        text(said, { x: x + width / 2, y: y + height / 2 + 4, anchor: "middle", ...(fits ? {} : { of: "soft" }) }),
      )
    }
    y += height
  }
  const foot = `${metric.title}${metric.unit === RATIO ? ", 1 is no difference" : ""}${better(metric)}; across: ${axis.title}`
  const feet = wrapped(foot, WIDTH - 2 * EDGE, SMALL)
  feet.forEach((row, i) => parts.push(text(row, { x: WIDTH / 2, y: y + 16 + 14 * i, anchor: "middle", of: "soft" })))
  const says = fields.map(({ label, x, value }) => `${label}, ${digits(x)}: ${named(value)}`).join("; ")
  return { title, says, height: y + 8 + 14 * feet.length, body: markup`${parts}` }
}

const rounded = (value: number) => String(Math.round(value * 10) / 10)

function shading(fields: readonly Field[], { unit, better: which }: Metric) {
  if (unit === RATIO)
    return (value: number) => {
      const distance = Math.min(1, Math.abs(Math.log(value)) / Math.log(FAR))
      const isGood = value > 1 === (which !== "less")
      return { of: which === undefined ? "c0" : isGood ? "good" : "bad", depth: DEEPEST * distance }
    }
  const positive = fields.map(({ value }) => value).filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  const span = Math.log(most / least)
  return (value: number) => ({
    of: "c0",
    depth: value > 0 && span > 0 ? DEEPEST * (0.1 + (0.9 * Math.log(value / least)) / span) : 0,
  })
}
