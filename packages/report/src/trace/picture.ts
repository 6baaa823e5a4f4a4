/** A stretch of a trace as a picture: a lane for each thread, what lasts in it, and arrows from who signals to whom that woke. */
import { FONT, type Picture, colour, line, text, widthOf } from "../charts/picture.js"
import { quantity } from "../charts/quantity.js"
import { type Markup, markup } from "../markup.js"
import type { ChromeTrace, TraceLine } from "./event.js"

const WIDTH = 720
const EDGE = 8
const LANE = 34
const TOP = 8
/** What is drawn, outer first: lower ones lie on those above. */
const KINDS = ["fence wait", "grace period", "section", "lock wait", "lock", "sleep"] as const
/** How many stretches are looked at for the one in which most is woken. */
const STRETCHES = 200

/** `us`: how long the stretch is. */
export function tracePicture({ traceEvents, otherData }: ChromeTrace, us = 400): Picture {
  const threads = traceEvents.filter(({ name, pid }) => name === "thread_name" && pid === 1)
  const [from, to] = busiest(traceEvents, us)
  const x = (ts: number) => EDGE + ((WIDTH - 2 * EDGE) * (Math.min(Math.max(ts, from), to) - from)) / (to - from)
  const top = (tid: number) => TOP + LANE * threads.findIndex((thread) => thread.tid === tid)
  const isSeen = ({ ts, dur = 0 }: TraceLine) => ts < to && ts + dur > from
  const slices = traceEvents.filter((one) => one.ph === "X" && isSeen(one))
  const lanes = threads.map(
    ({ tid, args }) =>
      markup`${text(String(args?.["name"]), { x: EDGE, y: top(tid) + 12 })}${line("rule", [EDGE, top(tid) + LANE - 3], [WIDTH - EDGE, top(tid) + LANE - 3])}`,
  )
  const bars = KINDS.map((kind, nth) => {
    const inset = nth
    const path = slices
      .filter(({ cat }) => cat === kind)
      .map(({ ts, dur = 0, tid }) => {
        const [a, b] = [x(ts), x(ts + dur)]
        return `M${tenth(a)} ${top(tid) + 16 + inset}h${tenth(Math.max(0.6, b - a))}v${14 - 2 * inset}h${tenth(-Math.max(0.6, b - a))}z`
      })
    return markup`<g class="${colour(nth)}"><path class="fill" d="${path.join("")}"/></g>`
  })
  const bottom = TOP + LANE * threads.length
  const arrows = arrowsIn(traceEvents, from, to).map(([start, end]) => {
    const [a, b] = [[x(start.ts), top(start.tid) + 23] as const, [x(end.ts), top(end.tid) + 23] as const]
    return markup`${line("axis", a, b)}<path class="head" d="M${tenth(b[0])} ${b[1]}m-3 ${b[1] > a[1] ? -6 : 6}l3 ${b[1] > a[1] ? 6 : -6}l3 ${b[1] > a[1] ? -6 : 6}"/>`
  })
  return {
    title: `Trace: ${String(otherData["title"])}`,
    says: `${threads.length} threads for ${quantity(us, "us")}: what they hold and wait for, and ${arrows.length} arrows from who signals to whom that woke`,
    width: WIDTH,
    height: bottom + 44,
    body: markup`${lanes}${bars}${arrows}${legend(bottom + 16)}${text(`${quantity(us, "us")} of it; an arrow goes from a signal or a delivery to the thread that it reached`, { x: EDGE, y: bottom + 36, of: "soft" })}`,
  }
}

const tenth = (value: number) => Math.round(value * 10) / 10

function legend(y: number): Markup {
  let x = EDGE
  return markup`${KINDS.map((kind, nth) => {
    const at = x
    x += 20 + widthOf(kind, FONT)
    return markup`<g class="${colour(nth)}"><path class="fill" d="M${at} ${y - 9}h10v10h-10z"/></g>${text(kind, { x: at + 14, y })}`
  })}`
}

/** Both ends of each arrow that lies in the stretch. */
function arrowsIn(lines: readonly TraceLine[], from: number, to: number): (readonly [TraceLine, TraceLine])[] {
  const ends = new Map(lines.filter(({ ph }) => ph === "f").map((end) => [end.id, end]))
  return lines.flatMap((start) => {
    const end = start.ph === "s" ? ends.get(start.id) : undefined
    return end !== undefined && start.ts >= from && end.ts <= to ? [[start, end] as const] : []
  })
}

/** The stretch with the most arrows in it; if there are none, the last one. */
function busiest(lines: readonly TraceLine[], us: number): readonly [number, number] {
  const last = lines.reduce((most, { ts, dur = 0 }) => Math.max(most, ts + dur), us)
  const starts = lines.filter(({ ph }) => ph === "s").map(({ ts }) => ts)
  const step = Math.max(1, Math.floor(starts.length / STRETCHES))
  const tried = starts.filter((_, i) => i % step === 0).map((ts) => Math.max(0, ts - us / 4))
  const counts = tried.map((from) => [from, arrowsIn(lines, from, from + us).length] as const)
  const [from] = counts.toSorted((a, b) => b[1] - a[1])[0] ?? [last - us]
  return [from, from + us]
}
