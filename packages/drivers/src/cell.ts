/** One cell of the table: what becomes of a fence type under a lifetime, as a race has shown it. */
import type { LifetimeName } from "@outlive/core"
import { type RaceResult, type ThreadPool, runRace } from "@outlive/workers"
import { SIDES, type Side } from "./board.js"
import { type FenceType, type Form, titleOf } from "./fence-type.js"
import { hasOutlived, isBound } from "./told.js"
import { variationFor } from "./variation.js"
import { wayOf } from "./ways.js"

/**
 * What was seen.
 * - crash: an oops, with how it came about.
 * - hang: somebody waits for what nobody will do, or for a lock that is never given back.
 * - wrong: a sentence of the sheet did not hold.
 * - leak: records were in use after everything had been given back.
 * - bound: the module was refused while a fence was held although all were signaled, and went after the last put.
 * - bound for ever: it was refused although nobody else held any, because its own table did.
 * - half free: the fence has let go of its ops, and the lock that it borrows has gone with its module: told beside the crash.
 * - safe: the module had gone while its fences were held, named, waited for and dropped; nothing was violated, and the accounts balance.
 */
export type Outcome = "safe" | "crash" | "hang" | "wrong" | "leak" | "bound" | "bound for ever" | "half free"

export interface Cell {
  readonly type: string
  readonly lifetime: string
  readonly form: Form
  readonly fault?: string
  /** Worst first. Empty: nothing could be told, the race was too short; or see `why`. */
  readonly outcomes: readonly Outcome[]
  /** How it crashed, in words: "put", "name", "lock". */
  readonly ways: readonly string[]
  /** Sentences that did not hold, and what hung or leaked. */
  readonly messages: readonly string[]
  /** Why there is no such cell. */
  readonly cannot?: string
  /** The race behind it. */
  readonly race?: RaceResult
}

export interface CellOptions {
  readonly form?: Form
  readonly fault?: string
  readonly seed?: number
  /** At most; a race ends when all is told. */
  readonly seconds?: number
  readonly signal?: AbortSignal
  /** Of a type of one's own: a module that exports its race. Default: the one with the types of this package. */
  readonly scenariosUrl?: string
  /** For many cells. */
  readonly pool?: ThreadPool
}

export const SCENARIOS_URL = new URL("./scenarios.js", import.meta.url).href
/** Most end after one; a busy machine needs longer. */
const SECONDS = 8

/** Races over one fence type under one lifetime. */
export async function raceCell(type: FenceType, lifetime: LifetimeName, options: CellOptions = {}): Promise<Cell> {
  const { form = "merged", fault, seed = 1, seconds = SECONDS, scenariosUrl = SCENARIOS_URL, signal, pool } = options
  const head = { type: titleOf(type), lifetime, form, ...(fault === undefined ? {} : { fault }) }
  const cannot = type.cannot?.[lifetime]
  if (cannot !== undefined) return { ...head, outcomes: [], ways: [], messages: [], cannot }
  const variation = variationFor(form, fault)
  const race = await runRace(
    {
      scenariosUrl,
      scenario: titleOf(type),
      lifetime,
      seed,
      seconds,
      perturbation: true,
      ...(variation === undefined ? {} : { variation }),
    },
    { ...(signal === undefined ? {} : { signal }), ...(pool === undefined ? {} : { pool }) },
  )
  return { ...head, ...judged(race, type.isAsked) }
}

/** What a race over drivers has shown. */
export function judged(race: RaceResult, isAsked = false): Pick<Cell, "outcomes" | "ways" | "messages" | "race"> {
  const times = timesIn(race)
  const oopses = race.oopsKinds.map(wayOf)
  const told = (kind: string) => race.violations.some((violation) => violation.kind === kind)
  const outcomes: Outcome[] = []
  // A thread that an oops has broken off in the middle leaves others waiting: that is the crash, and no hang of its own.
  const isStuck = race.hung.length > 0 && race.oopses === 0
  if (oopses.some(({ kind }) => kind === "crash") || told("crash")) outcomes.push("crash")
  if (oopses.some(({ kind }) => kind === "hang") || isStuck || told("hang")) outcomes.push("hang")
  const isForeign = race.violations.some(({ kind, thread }) => kind === undefined && !race.hung.includes(thread))
  if (told("wrong") || isForeign || race.deaths.length > askedDeaths(race)) outcomes.push("wrong")
  if (told("leak") || (outcomes.length === 0 && race.leaks.length > 0)) outcomes.push("leak")
  if (outcomes.length === 0 && times("refused although nobody else holds") > 0) outcomes.push("bound for ever")
  else if (outcomes.length === 0 && isBound(times)) outcomes.push("bound")
  else if (outcomes.length === 0 && times("refused while held") === 0 && hasOutlived(times, isAsked) && race.passed)
    outcomes.push("safe")
  // Seldom by other ways as well, which come of it: a lock that goes while it is held is another's when it is given back.
  if (times("its lock went with it") > 0 && oopses.some(({ way }) => way === "lock")) outcomes.unshift("half free")
  const messages = [
    ...race.violations.map(({ message }) => message),
    ...race.deaths.map(({ thread, message }) => `${thread} died: ${message}`),
    ...(race.oopses > 0 ? [] : race.leaks),
  ]
  // What is found by looking at links and pointers, before a kernel would follow them.
  const ways = [...oopses.map(({ way }) => way), ...(told("crash") ? ["corruption"] : [])]
  return { outcomes, ways: [...new Set(ways)].sort(), messages: [...new Set(messages)], race }
}

function askedDeaths({ settings: { deaths = 0, mishap } }: RaceResult): number {
  return deaths + (mishap === undefined ? 0 : 1)
}

/** How often each side was seen, over all roles. */
export function timesIn({ counts }: RaceResult): (side: Side) => number {
  const sums = new Map<string, number>()
  for (const [what, times] of Object.entries(counts)) {
    const side = SIDES.find((one) => what.endsWith(`: ${one}`))
    if (side !== undefined) sums.set(side, (sums.get(side) ?? 0) + times)
  }
  return (side) => sums.get(side) ?? 0
}
