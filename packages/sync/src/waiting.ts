/** One wait for a primitive, blocking or as a promise, on core's machine for waits. */
import {
  type AsyncWaitOptions,
  type Bell,
  type Condition,
  Limit,
  type Seat,
  type Subscription,
  type WaitOptions,
  abortSignal,
  passing,
  promiseUntil,
  promised,
  sleepUntil,
} from "@outlive/core/building"
import type { Waiter } from "./lanes.js"
import type { Local } from "./local.js"
import { PROMISES, SLEEPERS } from "./words.js"

/** Where it is waited for: a primitive, or one end of it. Its address is that of an object with maps of those that wait. */
export interface WaitPlace {
  readonly thread: Seat
  readonly local: Local
  /** The object stays until `endUse`, whatever becomes of the handle: its address. */
  keep(): number
  endUse(): void
}

/** What is waited for. */
export interface Waited<T> {
  /** Goes on if it can; else hangs this thread up in a map, and is asked again after each ring: undefined. */
  attempt(map: number): T | undefined
  /** Looks for a while, before its thread sleeps. Default: not. */
  spin?(): T | undefined
  /** What it comes to when its time is up. */
  late(): T
  /** Permits are taken, of which more than one may have been given back meanwhile. */
  readonly isCounted?: boolean
  /**
   * A number for what it wants, at its place: when one cannot go on, no other that wants the same can, at that moment. Default: what
   * it waits for is its own.
   */
  readonly lane?: number
  /** Takes back what was begun: the wait ended with an abort, or because the thread leaves. */
  abandon?(): void
}

export const FOREVER = new Limit({})
export const UNBOUNDED = { limit: FOREVER, signal: undefined }
/** Who sleeps looks this often whether the owner lives, though nobody rings. */
const LOOK_MS = 100

/** Sleeps until it can go on. */
export function waitSync<T>(place: WaitPlace, waited: Waited<T>, limit: Limit): T {
  const found = limit.timeoutMs === 0 ? undefined : waited.spin?.()
  if (found !== undefined) return found
  return sleepUntil(place.thread, new Waiting(place, waited, SLEEPERS, LOOK_MS), limit)
}

/** Resolves when it can go on. Rejects with the abort's reason, or HeapError DETACHED. */
export function waitAsync<T>(place: WaitPlace, waited: Waited<T>, { limit, signal }: Bounds): Promise<T> {
  return promised(() => promiseUntil(place.thread, new Waiting(place, waited, PROMISES, Infinity), limit, signal))
}

/** How long to wait, and what ends the wait. */
export interface Bounds {
  readonly limit: Limit
  readonly signal: AbortSignal | undefined
}

/** Those of a promise, checked before anything is done. @throws TypeError, RangeError; the reason of a signal that has aborted */
export function boundsOf(options: AsyncWaitOptions | undefined): Bounds {
  return options === undefined ? UNBOUNDED : { limit: new Limit(options), signal: abortSignal(options) }
}

/** No clock is read where no time-out is asked for. @throws TypeError, RangeError for a time-out that is none */
export function limitOf(options: WaitOptions | undefined): Limit {
  return options === undefined ? FOREVER : new Limit(options)
}

class Waiting<T> implements Condition<T>, Waiter {
  readonly isUnsettled = false
  readonly againMs: number
  readonly #place: WaitPlace
  readonly #address: number
  readonly #waited: Waited<T>
  readonly #map: number
  #ring: Subscription | undefined
  #wake: (() => void) | undefined
  #isFound = false
  #isLate = false
  #isOver = false

  constructor(place: WaitPlace, waited: Waited<T>, map: number, againMs: number) {
    this.againMs = againMs
    this.#address = place.keep()
    this.#place = place
    this.#waited = waited
    this.#map = map
    if (map === PROMISES) place.local.promises++
  }

  arm(bell: Bell, wake: () => void): void {
    const { lane } = this.#waited
    if (lane === undefined || this.#map !== PROMISES) this.#ring ??= bell.onRing(wake)
    else if (this.#wake === undefined) {
      this.#wake = wake
      this.#place.local.lanes.join(lane, this, bell)
    }
  }

  /** Whether it has not come to anything yet. */
  get isWaiting(): boolean {
    return !this.#isOver
  }

  wake(): void {
    this.#wake?.()
  }

  look(): T | undefined {
    const found = this.#waited.attempt(this.#map)
    if (found !== undefined) this.#isFound = true
    return found
  }

  late(): T {
    this.#isLate = true
    return this.#waited.late()
  }

  #passing(): number {
    if (!this.#isFound) return passing.Always
    return this.#waited.isCounted === true ? passing.WhilePermits : passing.Never
  }

  disarm(): void {
    const { thread, local } = this.#place
    this.#isOver = true
    this.#ring?.cancel()
    if (this.#wake !== undefined) local.lanes.leave(this.#waited.lane!, this)
    try {
      // Of a thread that was reclaimed nothing hangs any more.
      if (!thread.isAttached) return
      // The others of this thread are rung with us: whatever ring we had been given, they look.
      const isLast = this.#map !== PROMISES || local.promises === 1
      if (isLast) thread.engine.leaveWait(thread.record, this.#address, this.#map, this.#passing())
      if (!this.#isFound && !this.#isLate) this.#waited.abandon?.()
    } finally {
      if (this.#map === PROMISES) local.promises--
      this.#place.endUse()
    }
  }
}
