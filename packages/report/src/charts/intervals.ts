/** How sure: the ratio of each comparison with its interval, beside 1, which is no difference. */
import { type Markup, markup } from "../markup.js"
import type { Claim } from "../schema/measured.js"
import { FONT, type Picture, SMALL, WIDTH, line, strokes, text, widthOf, wrapped } from "./picture.js"
import { digits } from "./quantity.js"
import { logarithmic } from "./scale.js"

const EDGE = 8
const LINE = FONT + 3

type Compared = Claim & { readonly ratio: NonNullable<Claim["ratio"]> }

export const isCompared = (claim: Claim): claim is Compared =>
  claim.ratio !== undefined &&
  [claim.ratio.low, claim.ratio.median, claim.ratio.high].every((value) => Number.isFinite(value) && value > 0)

export function intervals(title: string, claims: readonly Compared[]): Picture {
  const ratios = claims.map(({ ratio }) => ratio)
  const least = Math.min(0.8, ...ratios.map(({ low }) => low))
  const most = Math.max(1.25, ...ratios.map(({ high }) => high))
  const scale = logarithmic(least, most, [EDGE, WIDTH - EDGE])
  const parts: Markup[] = []
  let y = 4
  for (const { ratio, verdict } of claims) {
    const figure = `${digits(ratio.median)} (${digits(ratio.low)}–${digits(ratio.high)})`
    const names = wrapped(ratio.of, WIDTH - 2 * EDGE - widthOf(figure) - 8)
    for (const [at, name] of names.entries()) parts.push(text(name, { x: EDGE, y: y + LINE * (at + 1) - 3 }))
    parts.push(text(figure, { x: WIDTH - EDGE, y: y + LINE - 3, anchor: "end" }))
    y += LINE * names.length + 8
    const of = verdict === "no difference shown" || verdict === "open" ? "none" : verdict === "missed" ? "bad" : "c0"
    parts.push(
      markup`<g class="${of}">${line("line", [scale.at(ratio.low), y], [scale.at(ratio.high), y])}${strokes("range", [scale.at(ratio.low), scale.at(ratio.high)], y - 4, 8)}${strokes("median", [scale.at(ratio.median)], y - 6, 12)}</g>`,
    )
    y += 14
  }
  let end = Number.NEGATIVE_INFINITY
  const ticks = [...new Set([1, ...scale.ticks])].toSorted((a, b) => a - b)
  const names = ticks.map((tick) => {
    const half = widthOf(digits(tick), SMALL) / 2
    const x = scale.at(tick)
    if (x - half < Math.max(0, end + 4) || x + half > WIDTH) return markup``
    end = x + half
    return text(digits(tick), { x, y: y + 14, anchor: "middle", of: "soft" })
  })
  const rules = ticks.map((tick) => line(tick === 1 ? "axis" : "rule", [scale.at(tick), 2], [scale.at(tick), y]))
  const foot = text("ratio, logarithmic; an interval with 1 in it: no difference shown", {
    x: WIDTH / 2,
    y: y + 30,
    anchor: "middle",
    of: "soft",
  })
  const says = claims.map(({ text: sentence }) => sentence).join("; ")
  return { title, says, height: y + 38, body: markup`${rules}${parts}${names}${foot}` }
}
