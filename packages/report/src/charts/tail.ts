/** How long the slowest take: time of an operation against the share of operations that take longer. */
import { markup } from "../markup.js"
import type { Arm } from "../schema/measured.js"
import { FONT, type Picture, WIDTH, apart, briefly, colour, line, polyline, text, widthOf } from "./picture.js"
import { quantity } from "./quantity.js"
import { logarithmic } from "./scale.js"

const HEIGHT = 230
const TOP = 12
const FOOT = 42

interface Tail {
  readonly label: string
  readonly count: number
  /** Share of operations that take longer, and the time. */
  readonly points: readonly (readonly [number, number])[]
}

/** All runs of an arm together: each timed operation counts once. */
export function tailOf(label: string, { runs }: Arm): Tail | undefined {
  const counts = new Map<number, number>()
  for (const { histogram = [] } of runs) for (const [ns, n] of histogram) counts.set(ns, (counts.get(ns) ?? 0) + n)
  const sorted = [...counts].toSorted(([a], [b]) => a - b)
  const count = sorted.reduce((sum, [, n]) => sum + n, 0)
  if (count === 0) return undefined
  let longer = count
  const points = sorted.map(([ns, n]) => [(longer -= n) / count, ns] as const)
  return { label, count, points }
}

export function tails(title: string, all: readonly Tail[]): Picture {
  const bottom = HEIGHT - FOOT
  const times = all.flatMap(({ points }) => points.map(([, ns]) => ns))
  const y = logarithmic(Math.min(...times), Math.max(...times), [bottom, TOP])
  const left = 6 + Math.max(...y.ticks.map((tick) => widthOf(quantity(tick, "ns"), 10.5)))
  const right = WIDTH - 14 - Math.max(...all.map(({ label }) => widthOf(briefly(label))))
  const fewest = 1 / Math.max(...all.map(({ count }) => count))
  const reach = Math.max(2, -Math.log10(fewest))
  // No share is told that is smaller than one operation: it would have to lie beyond the curves.
  const nines = Math.floor(reach + 1e-9)
  const at = (nine: number) => left + 12 + ((right - left - 12) * nine) / reach
  const x = (share: number) => at(-Math.log10(Math.max(share, fewest)))
  const ends = all.map(({ points }) => y.at(points.at(-1)![1]) + 4)
  const names = apart(ends, [TOP + FONT / 2, bottom])
  const curves = all.map(({ label, points }, nth) => {
    const places = points.map(([share, ns]) => [x(share), y.at(ns)] as const)
    return markup`<g class="${colour(nth)}">${polyline("line", thinned(places))}${text(briefly(label), { x: right + 8, y: names[nth]!, of: "name" })}</g>`
  })
  const shares = Array.from({ length: nines + 1 }, (_, i) => shareName(i))
  // Long names of the arms leave little room: then every second is told, or every third.
  const room = (right - left - 12) / reach
  const each = Math.ceil((Math.max(...shares.map((share) => widthOf(share, 10.5))) + 6) / room)
  const below = shares
    .map((share, nine) => text(share, { x: at(nine), y: bottom + 16, anchor: "middle", of: "soft" }))
    .filter((_, nine) => nine % each === 0)
  const rules = y.ticks.map(
    (tick) =>
      markup`${line("rule", [left + 4, y.at(tick)], [right, y.at(tick)])}${text(quantity(tick, "ns"), { x: left, y: y.at(tick) + 4, anchor: "end", of: "soft" })}`,
  )
  const foot = text("so many operations take at least so long; less is better", {
    x: WIDTH / 2,
    y: HEIGHT - 6,
    anchor: "middle",
    of: "soft",
  })
  const says = all
    .map(
      ({ label, points, count }) =>
        `${label}: longest ${quantity(points.at(-1)![1], "ns")} of ${count.toLocaleString("en")}`,
    )
    .join("; ")
  return { title, says, height: HEIGHT, body: markup`${rules}${below}${curves}${foot}` }
}

const shareName = (nines: number) =>
  nines === 0 ? "all" : `1 in ${(10 ** nines).toLocaleString("en", { notation: "compact" })}`

/** Points that lie on each other are one. */
function thinned(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return points.filter(([x, y], i) => {
    const last = points[i - 1]
    return last === undefined || i === points.length - 1 || Math.abs(x - last[0]) + Math.abs(y - last[1]) >= 0.8
  })
}
