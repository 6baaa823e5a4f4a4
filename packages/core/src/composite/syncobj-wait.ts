/** Waiting for syncobjs: for something to be submitted, and for that to be complete. */
import { Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { wideNumber } from "../entrance/numbers.js"
import { optionsOf, trueOrFalse } from "../entrance/words.js"
import { highWord, lowWord } from "../entrance/wide.js"
import { type FenceError, errnoError, runAll } from "../errors.js"
import { writeExactTime } from "../host/thread-host.js"
import type { Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"

/** How long to wait for something to be submitted. */
export interface SubmissionOptions extends WaitOptions {
  /** Waits for something to be submitted, instead of refusing when there is nothing. */
  readonly forSubmit?: boolean
}

/** What to wait for. */
export interface SyncobjWaitOptions extends SubmissionOptions {
  /** Waits for all instead of for any. */
  readonly all?: boolean
  /** Is content with what has been submitted, complete or not. */
  readonly available?: boolean
  /** Told to the issuers of what is found, in nanoseconds since 1970. */
  readonly deadlineNs?: bigint
  /** For promises: when it aborts, the promise rejects with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** A point of a syncobj's timeline (0: the place itself), by address. */
export interface PointAddress {
  readonly syncobj: number
  readonly point: bigint
}

/** The fence at a point, with a reference; 0 if there is none. */
export function findFence(seat: Seat, { syncobj, point }: PointAddress): number {
  const answer = seat.ask.fenceAt(seat.record, syncobj, lowWord(point), highWord(point))
  return seat.told(answer, (fence) => seat.dropFence(fence))
}

/** Sleeps until enough is there: index of the first. @throws FenceError EINVAL, ETIME; HeapError FULL; TypeError, RangeError */
export function waitForSyncobjsSync(
  seat: Seat | undefined,
  points: readonly PointAddress[],
  options: SyncobjWaitOptions,
): number {
  const limit = checkOptions(options)
  if (seat === undefined) return 0
  return sleepUntil(seat, new SyncobjsThere(seat, points, options), limit)
}

/** Resolves when enough is there, with the index of the first. Rejects with what the other throws. */
export function waitForSyncobjs(
  seat: Seat | undefined,
  points: readonly PointAddress[],
  options: SyncobjWaitOptions,
): Promise<number> {
  return promised(() => {
    const [limit, signal] = [checkOptions(options), abortSignal(options)]
    if (seat === undefined) return Promise.resolve(0)
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    return promiseUntil(seat, new SyncobjsThere(seat, points, options), limit, signal)
  })
}

/** One of those that are waited for. What it once found it keeps, whatever is put in the place. */
class Entry {
  readonly #seat: Seat
  readonly #at: PointAddress
  readonly #options: SyncobjWaitOptions
  #submission: Subscription | undefined
  #completion: Subscription | "complete" | undefined
  /** With a reference; 0 while nothing was submitted. */
  fence = 0

  constructor(seat: Seat, at: PointAddress, options: SyncobjWaitOptions) {
    this.#seat = seat
    this.#at = at
    this.#options = options
    // A wait holds what it waits for: its handle may be dropped meanwhile.
    seat.engine.addObjectRef(at.syncobj)
  }

  /** Hangs up what will wake us; false when a lock stays taken. */
  arm(bell: Bell, wake: () => void): boolean {
    if (this.isThere()) return true
    if (this.fence === 0) {
      if (this.#submission !== undefined) return true
      const hung = bell.onSubmission(this.#at.syncobj, () => {
        this.#submission = undefined
        wake()
      })
      if (hung === "later") return false
      this.#submission = hung
      // What was submitted before the record hung did not find it.
      if (this.isThere() || this.fence === 0) return true
    }
    this.#submission?.cancel()
    this.#submission = undefined
    if (this.#completion !== undefined) return true
    const hung = bell.onFence(this.fence, () => {
      this.#completion = "complete"
      wake()
    })
    if (hung === "later") return false
    this.#completion ??= hung
    return true
  }

  /** Looks for a fence if there is none yet; true if what is waited for is there. */
  isThere(): boolean {
    if (this.fence === 0) this.#find()
    if (this.fence === 0) return false
    return this.#options.available === true || this.#seat.engine.hasSignaled(this.fence) === 1
  }

  #find(): void {
    const seat = this.#seat
    this.fence = findFence(seat, this.#at)
    const { deadlineNs } = this.#options
    if (this.fence === 0 || deadlineNs === undefined) return
    writeExactTime(seat.words, seat.record, deadlineNs)
    seat.told(seat.ask.setDeadline(seat.record, this.fence))
  }

  disarm(): void {
    const seat = this.#seat
    const { fence } = this
    this.fence = 0
    runAll([
      () => void this.#submission?.cancel(),
      () => void (typeof this.#completion === "object" && this.#completion.cancel()),
      () => void (fence !== 0 && seat.dropFence(fence)),
      () => seat.dropObject(this.#at.syncobj),
    ])
  }
}

/** Enough of them are there: all, or any. */
class SyncobjsThere implements Condition<number> {
  readonly #entries: readonly Entry[]
  readonly #all: boolean
  isUnsettled = false

  /** @throws FenceError EINVAL when nothing was submitted for one, and nobody wants to wait for that */
  constructor(seat: Seat, points: readonly PointAddress[], options: SyncobjWaitOptions) {
    this.#all = options.all === true
    this.#entries = points.map((at) => new Entry(seat, at, options))
    const mayWait = options.forSubmit === true || options.available === true
    try {
      for (const [i, entry] of this.#entries.entries()) {
        entry.isThere()
        if (entry.fence === 0 && !mayWait)
          throw errnoError("EINVAL", `Cannot wait for syncobj ${i} of ${points.length}: nothing was submitted`)
      }
    } catch (error) {
      this.disarm()
      throw error
    }
  }

  arm(bell: Bell, wake: () => void): void {
    this.isUnsettled = false
    for (const entry of this.#entries) if (!entry.arm(bell, wake)) this.isUnsettled = true
  }

  /** The index of the first that is there, when that is enough. */
  look(): number | undefined {
    let first: number | undefined
    let there = 0
    for (const [i, entry] of this.#entries.entries()) {
      if (!entry.isThere()) continue
      there++
      first ??= i
    }
    return this.#all && there < this.#entries.length ? undefined : first
  }

  late(): number {
    throw timedOut(this.#entries.length)
  }

  disarm(): void {
    runAll(this.#entries.map((entry) => () => entry.disarm()))
  }
}

function timedOut(count: number): FenceError {
  return errnoError("ETIME", `Waiting for ${count === 1 ? "a syncobj" : `${count} syncobjs`} timed out`)
}

function checkOptions(options: SyncobjWaitOptions): Limit {
  const { deadlineNs } = optionsOf("a wait", options)
  for (const name of ["all", "available", "forSubmit"] as const)
    if (options[name] !== undefined) trueOrFalse(name, options[name])
  if (deadlineNs !== undefined) wideNumber("a time", deadlineNs)
  return new Limit(options)
}
