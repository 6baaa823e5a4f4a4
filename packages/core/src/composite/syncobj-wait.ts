/** Waiting for syncobjs: for something to be submitted, and for that to be complete. */
import { Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { wideNumber } from "../entrance/numbers.js"
import { optionsOf, trueOrFalse } from "../entrance/words.js"
import { combined, errnoError, runAll, throwAfter } from "../errors.js"
import { throwErrorOf } from "../fence/outcome.js"
import { writeExactTime } from "../host/thread-host.js"
import { countFence, keepObject, letObjectGo } from "../seat/kept.js"
import type { Seat, Subscription } from "../seat/seat.js"
import { type Callable, callWhen } from "../waiting/call-when.js"
import type { Bell, Condition } from "../waiting/condition.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { type PointAddress, Submission, findFence } from "./submission.js"

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
  /** Ends with the error of the first that is found to have failed. Proposed for the kernel. */
  readonly abortOnError?: boolean
  /** For promises: when it aborts, the promise rejects with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal
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
    return promiseUntil(seat, new SyncobjsThere(seat, points, options), limit, signal)
  })
}

/** Calls a function once enough is there. @throws HeapError FULL; TypeError, RangeError */
export function callWhenThere(seat: Seat, at: PointAddress, options: SyncobjWaitOptions, body: () => void): Callable {
  const limit = checkOptions(options)
  return callWhen(seat, new SyncobjsThere(seat, [at], { ...options, forSubmit: true }), limit, body)
}

/** The fence that was submitted, with a reference, once there is one. @throws FenceError EINVAL, ETIME; HeapError FULL */
export function awaitFenceSync(seat: Seat, at: PointAddress, options: SubmissionOptions): number {
  const limit = new Limit(options)
  return sleepUntil(seat, new FenceThere(seat, at, options), limit)
}

/** The same as a promise. */
export function awaitFence(
  seat: Seat,
  at: PointAddress,
  options: SubmissionOptions & { readonly signal?: AbortSignal },
): Promise<number> {
  return promised(() => {
    const [limit, signal] = [new Limit(options), abortSignal(options)]
    return promiseUntil(seat, new FenceThere(seat, at, options), limit, signal)
  })
}

/** One of those that are waited for. What it once has it keeps, whatever is put in the place. */
class Entry {
  readonly #seat: Seat
  readonly #at: PointAddress
  #submission: Submission | undefined
  #completion: Subscription | "complete" | undefined
  #isDeadlineTold = false
  /** With a reference; 0 while nothing was submitted. */
  fence = 0

  constructor(seat: Seat, at: PointAddress) {
    this.#seat = seat
    this.#at = at
    // A wait holds what it waits for: its handle may be dropped meanwhile.
    keepObject(seat, at.syncobj)
  }

  /** Looks in the place: at the beginning, once. Afterwards what is submitted is handed over. */
  find(): void {
    this.#has(findFence(this.#seat, this.#at))
  }

  /** Hangs up what will be handed the fence, if there is none yet; false when a lock stays taken. */
  armSubmission(): boolean {
    if (this.fence !== 0) return true
    if (this.#submission === undefined) {
      const hung = Submission.hang(this.#seat, this.#at)
      if (hung === "later") return false
      this.#submission = hung
    }
    this.receive()
    return true
  }

  /** Takes what was handed over by now. */
  receive(): void {
    if (this.fence !== 0 || this.#submission === undefined) return
    this.#has(this.#submission.take())
    if (this.fence === 0) return
    const submission = this.#submission
    this.#submission = undefined
    submission.cancel()
  }

  /** Hangs up what rings when the fence is complete; false when a lock stays taken. */
  armCompletion(bell: Bell, wake: () => void): boolean {
    if (this.#completion !== undefined) return true
    const hung = bell.onFence(this.fence, () => {
      this.#completion = "complete"
      wake()
    })
    if (hung === "later") return false
    this.#completion ??= hung
    return true
  }

  /** Tells the issuers of what is there by when somebody would like it: once. */
  tellDeadline(atNs: bigint): void {
    if (this.fence === 0 || this.#isDeadlineTold) return
    this.#isDeadlineTold = true
    const seat = this.#seat
    writeExactTime(seat.words, seat.record, atNs)
    seat.told(seat.ask.setDeadline(seat.record, this.fence))
  }

  /** Whether the fence is there and complete. Asks its issuer, as the kernel does. */
  isComplete(): boolean {
    const seat = this.#seat
    return this.fence !== 0 && seat.told(seat.ask.tryIsSignaled(seat.record, this.fence)) === 1
  }

  #has(fence: number): void {
    this.fence = fence
    if (fence !== 0) countFence(this.#seat, 1)
  }

  /** Hands the fence over to the caller. */
  release(): number {
    const { fence } = this
    this.fence = 0
    if (fence !== 0) countFence(this.#seat, -1)
    return fence
  }

  disarm(): void {
    const seat = this.#seat
    const submission = this.#submission
    this.#submission = undefined
    const completion = typeof this.#completion === "object" ? this.#completion : undefined
    const fence = this.release()
    const drop = () => {
      try {
        seat.dropFence(fence)
      } catch (error) {
        throwAfter(error, () => letObjectGo(seat, this.#at.syncobj))
      }
      letObjectGo(seat, this.#at.syncobj)
    }
    if (submission === undefined && completion === undefined) drop()
    else runAll([() => submission?.cancel(), () => void completion?.cancel(), drop])
  }
}

/** What all of these waits have in common: entries, and a bell that rings when something is handed to one of them. */
abstract class EntriesCondition<T> implements Condition<T> {
  protected readonly entries: readonly Entry[]
  #ring: Subscription | undefined
  isUnsettled = false

  /** @throws FenceError EINVAL when nothing was submitted for one, and nobody wants to wait for that */
  constructor(seat: Seat, points: readonly PointAddress[], mayWait: boolean) {
    this.entries = points.map((at) => new Entry(seat, at))
    try {
      for (let i = 0; i < this.entries.length; i++) {
        const entry = this.entries[i]!
        entry.find()
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
    // What is there needs nothing hung up for it.
    if (this.isEnough()) return
    for (const entry of this.entries) {
      // First listen, then hang up: what is handed over in between rings.
      if (entry.fence === 0) this.#ring ??= bell.onRing(wake)
      if (!entry.armSubmission() || !this.armFence(entry, bell, wake)) this.isUnsettled = true
    }
    if (this.entries.every((entry) => entry.fence !== 0)) this.#endRing()
  }

  /** Does what is to be done about an entry that may have its fence; false when a lock stays taken. */
  protected abstract armFence(entry: Entry, bell: Bell, wake: () => void): boolean
  protected abstract isEnough(): boolean
  abstract look(): T | undefined

  late(): T {
    const { length } = this.entries
    throw errnoError("ETIME", `Waiting for ${length === 1 ? "a syncobj" : `${length} syncobjs`} timed out`)
  }

  disarm(): void {
    const errors: unknown[] = []
    const attempt = (part: { disarm(): void }) => {
      try {
        part.disarm()
      } catch (error) {
        errors.push(error)
      }
    }
    if (this.#ring !== undefined) attempt({ disarm: () => this.#endRing() })
    for (const entry of this.entries) attempt(entry)
    if (errors.length > 0) throw combined(errors)
  }

  #endRing(): void {
    this.#ring?.cancel()
    this.#ring = undefined
  }
}

/** Enough of them are there: all, or any. Comes to the index of the first. */
class SyncobjsThere extends EntriesCondition<number> {
  readonly #seat: Seat
  readonly #options: SyncobjWaitOptions
  #found: number | undefined

  constructor(seat: Seat, points: readonly PointAddress[], options: SyncobjWaitOptions) {
    super(seat, points, options.forSubmit === true || options.available === true)
    this.#seat = seat
    this.#options = options
  }

  protected override armFence(entry: Entry, bell: Bell, wake: () => void): boolean {
    const { available, deadlineNs } = this.#options
    if (deadlineNs !== undefined) entry.tellDeadline(deadlineNs)
    return available === true || entry.fence === 0 || entry.armCompletion(bell, wake)
  }

  protected override isEnough(): boolean {
    return this.look() !== undefined
  }

  /** Once it has come to something it stays at that: who arms it has looked, and looks again. */
  look(): number | undefined {
    if (this.#found !== undefined) return this.#found
    const { entries } = this
    let first: number | undefined
    let there = 0
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      entry.receive()
      if (!this.#isThere(entry)) continue
      there++
      first ??= i
    }
    if (this.#options.all !== true || there === entries.length) this.#found = first
    return this.#found
  }

  #isThere(entry: Entry): boolean {
    const { available, abortOnError } = this.#options
    if (available === true && abortOnError !== true) return entry.fence !== 0
    const isComplete = entry.isComplete()
    if (isComplete && abortOnError === true) throwErrorOf(this.#seat, entry.fence)
    return isComplete || (available === true && entry.fence !== 0)
  }
}

/** Something is submitted for a point: comes to the fence, with a reference. */
class FenceThere extends EntriesCondition<number> {
  constructor(seat: Seat, at: PointAddress, options: SubmissionOptions) {
    super(seat, [at], options.forSubmit === true)
  }

  protected override armFence(): boolean {
    return true
  }

  protected override isEnough(): boolean {
    const entry = this.entries[0]!
    entry.receive()
    return entry.fence !== 0
  }

  /** Hands the fence over: what it comes to ends the wait. */
  look(): number | undefined {
    return this.isEnough() ? this.entries[0]!.release() : undefined
  }
}

function checkOptions(options: SyncobjWaitOptions): Limit {
  const { deadlineNs } = optionsOf("a wait", options)
  for (const name of ["all", "available", "forSubmit", "abortOnError"] as const)
    if (options[name] !== undefined) trueOrFalse(name, options[name])
  if (deadlineNs !== undefined) wideNumber("a time", deadlineNs)
  return new Limit(options)
}
