/** A race's events as a trace that Perfetto opens. What lasts on a thread nests there; what does not is a track of its own. */
import { arrowsOf } from "./arrows.js"
import { coveredBy } from "./covered.js"
import type { Arrow, ChromeTrace, RaceEvent, Span, TraceLine } from "./event.js"
import { hex, spansOf } from "./spans.js"

const [THREADS, MODULES] = [1, 2]
const us = (ns: number) => Math.round(ns) / 1_000

/** Said in a sentence each, at the moment. */
const MOMENTS: Readonly<Record<string, string>> = {
  Created: "creates fence",
  Signaled: "signals fence",
  ReadName: "reads a name of fence",
  CalledOp: "calls an issuer for fence",
  Released: "releases fence",
  Delivered: "delivers callback",
  Received: "takes callback out of its mailbox",
}

export interface Told {
  readonly threads: readonly string[]
  readonly spans: readonly Span[]
  readonly arrows: readonly Arrow[]
  readonly modules: readonly RaceEvent[]
  readonly at: (event: RaceEvent) => number
  /** The last event's time. */
  readonly end: number
  /** How many events the rings had no room for any more. */
  readonly lost: number
}

/** What a race's events tell. */
export function told(unordered: readonly RaceEvent[]): Told {
  const events = unordered.toSorted((a, b) => a.order - b.order)
  const start = events.reduce((least, { atNs }) => (atNs < least ? atNs : least), events[0]?.atNs ?? 0n)
  const at = ({ atNs }: RaceEvent) => Number(atNs - start)
  const threads = [...new Set(events.map(({ thread }) => thread))].toSorted(byNumber)
  const lasting = threads.flatMap((thread) =>
    spansOf(
      events.filter((one) => one.thread === thread),
      at,
    ),
  )
  const moments = events.flatMap(({ thread, event, a, ...rest }): Span[] => {
    const from = at({ thread, event, a, ...rest })
    return MOMENTS[event] === undefined
      ? []
      : [{ thread, kind: "moment", name: `${MOMENTS[event]} ${hex(a)}`, from, to: from + 1, args: {} }]
  })
  return {
    threads,
    spans: [...lasting, ...moments],
    arrows: arrowsOf(events, lasting, at),
    modules: events.filter(({ event }) => ["Loaded", "Going", "Synchronized", "Gone"].includes(event)),
    at,
    end: events.reduce((latest, event) => Math.max(latest, at(event)), 0),
    lost: Math.max(0, (events.at(-1)?.order ?? -1) + 1 - events.length),
  }
}

export function chromeTrace(events: readonly RaceEvent[], title: string): ChromeTrace {
  const all = told(events)
  const tidOf = (thread: string) => all.threads.indexOf(thread) + 1
  const lines: TraceLine[] = [
    named("process_name", THREADS, 0, `threads: ${title}`),
    named("process_name", MODULES, 0, "modules, from loading until they are gone"),
    ...all.threads.map((thread) => named("thread_name", THREADS, tidOf(thread), thread)),
  ]
  const beside: Span[] = []
  for (const thread of all.threads) {
    const { nested, crossing } = nest(all.spans.filter((span) => span.thread === thread))
    beside.push(...crossing)
    for (const { name, kind, from, to, args } of nested)
      lines.push({ ph: "X", name, cat: kind, ts: us(from), dur: us(to - from), pid: THREADS, tid: tidOf(thread), args })
  }
  for (const [nth, { thread, name, kind, from, to, args }] of beside.entries()) {
    const same = { name, cat: kind, pid: THREADS, tid: tidOf(thread), id: `beside-${nth}` }
    lines.push({ ph: "b", ...same, ts: us(from), args }, { ph: "e", ...same, ts: us(to) })
  }
  lines.push(...flows(all, lines, tidOf), ...moduleLines(all))
  const lost = all.lost === 0 ? "none" : `${all.lost} events: the rings hold the last ones of each thread only`
  return {
    traceEvents: lines,
    displayTimeUnit: "ns",
    otherData: { title, events: events.length, lostEvents: all.lost, lost },
  }
}

/** Outer ones first; one that would end after what it began in does not nest. */
export function nest(spans: readonly Span[]): { nested: Span[]; crossing: Span[] } {
  const nested: Span[] = []
  const crossing: Span[] = []
  const around: number[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    while (around.length > 0 && around.at(-1)! <= span.from) around.pop()
    if (around.length > 0 && around.at(-1)! < span.to) crossing.push(span)
    else {
      nested.push(span)
      around.push(span.to)
    }
  }
  return { nested, crossing }
}

/** Both ends of an arrow are in a slice, or it would hang on nothing. */
function flows({ arrows }: Told, lines: readonly TraceLine[], tidOf: (thread: string) => number): TraceLine[] {
  const isIn = coveredBy(lines)
  return arrows.flatMap(({ name, from, to }, nth): TraceLine[] => {
    const [a, b] = [
      { pid: THREADS, tid: tidOf(from.thread), ts: us(from.at) },
      { pid: THREADS, tid: tidOf(to.thread), ts: us(to.at) },
    ]
    if (!isIn(a) || !isIn(b) || a.ts > b.ts) return []
    const same = { name, cat: "woken", id: `arrow-${nth}` }
    return [
      { ph: "s", ...same, ...a },
      { ph: "f", bp: "e", ...same, ...b },
    ]
  })
}

/** From `Loaded` to `Gone`; one that was loaded before what the rings still have begins with it, one that outlives it ends with it. */
function moduleLines({ modules, at, end }: Told): TraceLine[] {
  return [...new Set(modules.map(({ a }) => a))].flatMap((load): TraceLine[] => {
    const mine = modules.filter(({ a }) => a === load)
    const time = (event: string) =>
      mine
        .filter((one) => one.event === event)
        .map(at)
        .at(-1)
    const same = { name: `load ${load}`, cat: "module", pid: MODULES, tid: 0, id: `load-${load}` }
    const between = ["Going", "Synchronized"].flatMap((event): TraceLine[] =>
      mine
        .filter((one) => one.event === event)
        .map((one) => ({ ph: "n", ...same, name: event.toLowerCase(), ts: us(at(one)), args: { by: one.thread } })),
    )
    const began = time("Loaded") ?? 0
    return [{ ph: "b", ...same, ts: us(began) }, ...between, { ph: "e", ...same, ts: us(time("Gone") ?? end) }]
  })
}

function named(what: string, pid: number, tid: number, name: string): TraceLine {
  return { ph: "M", name: what, pid, tid, ts: 0, args: { name } }
}

function byNumber(a: string, b: string): number {
  const number = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? -1)
  return number(a) - number(b)
}
