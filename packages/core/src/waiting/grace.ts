/**
 * Grace periods and barriers in steps, so that they can be waited for with a bound, or on the event loop.
 *
 * A step tries to move the epoch on, and says whether all is over. The steps of a barrier are those of `barrier` in
 * engine/rcu/retire.ts, where it is told why they are enough.
 */
import { Header, Thread as ThreadRecord } from "../../built/layout.js"
import type { Limit } from "../entrance/limits.js"
import { sleep } from "../host/thread-host.js"
import type { Engine } from "../host/engine.js"
import type { Seat } from "../seat/seat.js"
import type { HeapMemory } from "../memory/heap-memory.js"
import type { Condition } from "./condition.js"

/** How a bounded wait for readers ended. */
export type GraceOutcome = "passed" | "timed-out"

/** Tries to go on; true when all is over. */
export type Steps = () => boolean

const CHAINS = 4
const ALL_VISITED = (1 << CHAINS) - 1
const LONGEST_SLEEP_MS = 1
/** After so many steps in vain it is looked whether those that are waited for can be readers at all. */
const LONG = 100

/** Until every read section that is open now has ended. */
export function gracePeriod({ engine, record }: Seat): Steps {
  engine.mightSynchronize(record)
  const start = engine.epochNow()
  return () => engine.hasPassed(record, start, 2) === 1
}

/** Until everything that was retired or deferred so far, by any thread, has been dealt with. Under no lock. */
export function barrierSteps(seat: Seat): Steps {
  const { engine, record } = seat
  engine.mightBarrier(record)
  const steps = roomSteps(seat)
  let isEmptied = false
  // Others may have taken modules' functions off the chains, and be calling them.
  return () => (isEmptied ||= steps()) && engine.callingThread(record) === 0
}

/** The same for a caller that wants the records only: it may hold reservations, for no reader takes these. */
export function roomSteps(seat: Seat): Steps {
  const { ask, engine, record } = seat
  const before = gracePeriod(seat)
  let visited = 0
  let since: number | undefined
  let after: Steps | undefined
  return () => {
    if (visited === 0 && !before()) return false
    while (visited !== ALL_VISITED) {
      if (since !== undefined && engine.hasPassed(record, since, 1) === 0) return false
      since = engine.epochNow()
      visited |= seat.told(ask.sweep(record))
    }
    // Somebody else may be in the middle of a chain that it took before we looked.
    after ??= gracePeriod(seat)
    return after()
  }
}

/** Until this is true, which a grace period brings about. */
export function untilSwept(seat: Seat, isDone: () => boolean): Steps {
  const { ask, engine, record } = seat
  engine.mightSynchronize(record)
  const start = engine.epochNow()
  return () => {
    if (isDone()) return true
    engine.hasPassed(record, start, 2)
    seat.told(ask.sweep(record))
    return isDone()
  }
}

/** Blocks until all is over, or the time is up. Names the reader it waits for, now and then. */
export function stepUntil(seat: Seat, steps: Steps, limit: Limit): GraceOutcome {
  const { engine, heap } = seat
  const start = performance.now()
  let warnMs = heap.word(Header.stallMs)
  for (let round = 0; !steps(); round++) {
    const leftMs = limit.leftMs
    if (leftMs === 0) return "timed-out"
    if (round === LONG) engine.assertReaders(seat.record)
    const waitedMs = performance.now() - start
    if (waitedMs > warnMs) {
      warnMs = 2 * waitedMs
      warnOfStall(seat, Math.round(waitedMs))
    }
    sleep(Math.min(leftMs, LONGEST_SLEEP_MS, 0.02 * (round + 1)))
    seat.notice()
    void seat.record
  }
  return "passed"
}

/** The same as a condition, for the event loop: nobody rings when a reader leaves, so it asks again and again. */
export class Passed implements Condition<GraceOutcome> {
  readonly isUnsettled = true
  readonly #seat: Seat
  readonly #steps: Steps
  #looks = 0

  constructor(seat: Seat, steps: Steps) {
    this.#seat = seat
    this.#steps = steps
  }

  arm(): void {}

  look(): GraceOutcome | undefined {
    if (this.#steps()) return "passed"
    if (++this.#looks === LONG) this.#seat.engine.assertReaders(this.#seat.record)
    return undefined
  }

  late(): GraceOutcome {
    return "timed-out"
  }

  disarm(): void {}
}

/** Tells whose read section, or whose deferred functions, are waited for; nothing if that is over by now. */
export function warnOfStall({ engine, heap, record }: StalledSeat, ms: number): void {
  const reader = engine.stalledReader()
  const other = reader !== 0 ? reader : engine.callingThread(record)
  if (other === 0) return
  const name = heap.threadName(heap.word(other + ThreadRecord.id))
  const what = reader !== 0 ? "A grace period" : "A barrier"
  const whose = reader !== 0 ? "read section" : "deferred functions"
  heap.warn({
    kind: "rcu-stall",
    thread: name,
    message: `${what} has been waiting ${ms} ms for the ${whose} of thread "${name}"`,
  })
}

/** What is asked of a seat to say whom it waits for. */
export interface StalledSeat {
  readonly heap: HeapMemory
  readonly record: number
  readonly engine: Pick<Engine, "stalledReader" | "callingThread">
}
