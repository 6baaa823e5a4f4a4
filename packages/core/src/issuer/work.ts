/** Works and timers: functions of a module that are run later, by whoever serves. `work_struct`, `timer_list`. */
import { IssuerRecord as RecordWords, Kind, Work as WorkWords, WorkFound, WorkState } from "../../built/layout.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show, wholeNumber } from "../entrance/numbers.js"
import { errnoError } from "../errors.js"
import { ownThreadOops } from "../host/oops.js"
import { nowNs } from "../host/thread-host.js"
import { readName, writeName } from "../name.js"
import { holderOf } from "../memory/answerers.js"
import type { Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { addressOf, isTokenWord } from "./token-word.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, shown } from "../seat/shown.js"

/** How waiting for a work ended. */
export type WorkOutcome = "done" | "timed-out"

/** Where a work stands: `pending` to be run as soon as somebody serves or at its time, `running` now, which can be both. */
export interface WorkInfo {
  readonly pending: "queued" | "armed" | undefined
  readonly isRunning: boolean
}

/** How a work is made. */
export interface WorkOptions {
  /** A word for its function: the token of the record that it is about, mostly. Default 0. */
  readonly argument?: number
}

/** The longest that a timer can be armed for: times are compared modulo 2^32. */
const LONGEST_MS = 0x3fffffff

/** Milliseconds since 1970, modulo 2^32, as the engine has them. */
export const nowMs = (): number => Math.floor(nowNs() / 1e6) | 0

/**
 * A work of a module's: a function that is run once for each time that it is queued or that its time has come, by one
 * thread at a time, in `thread.runWorks`. Queued or armed once more while it runs, it is run again. It keeps nothing loaded:
 * take it off and wait for it (`cancelSync`, `flush`) before what it uses goes, its module's text included. Its token is one word.
 * @example
 * const fallback = module.work("fallback", { argument: ring.token })
 * fallback.arm(500)
 * // at the end:
 * fallback.cancelSync()
 * fallback.discard()
 */
export class Work {
  /** Names this life of the work, for `thread.work`. Never 0. */
  readonly token: number
  readonly thread: Seat

  /** @internal Use `module.work` and `thread.work`. */
  constructor(key: typeof MADE, thread: Seat, token: number) {
    if (key !== MADE) refuseMaking("a work", "module.work()")
    this.thread = thread
    this.token = token
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, this.token, this.thread)
  }

  /** Name of its function. @throws OopsError DEAD_RECORD */
  get name(): string {
    const name = readName(this.thread.words, this.#address + RecordWords.name)
    this.#state()
    return name ?? ""
  }

  /** The word that it was made with. @throws OopsError DEAD_RECORD */
  get argument(): number {
    const argument = this.thread.heap.word(this.#address + WorkWords.argument)
    this.#state()
    return argument
  }

  /** Whether it has not been discarded. May be late. */
  get isLive(): boolean {
    return this.thread.engine.isRecordLive(this.token) === 1
  }

  /** Where it stands. May be late. @throws OopsError DEAD_RECORD */
  get state(): WorkInfo {
    const state = this.#state()
    const pending = state & WorkState.Queued ? "queued" : state & WorkState.Armed ? "armed" : undefined
    return { pending, isRunning: (state & WorkState.Runner) !== 0 }
  }

  /** Lets it be run as soon as somebody serves; one that is armed is due at once. False if it was to be run already. @throws OopsError WORK_IN_DEAD_QUEUE when it has been discarded */
  queue(): boolean {
    return this.thread.engine.queueWork(this.token) === 1
  }

  /** Lets it be run in so many milliseconds, whatever was said before. False if it was to be run already. @throws OopsError TIMER_IN_DEAD_RECORD when it has been discarded; RangeError */
  arm(afterMs: number): boolean {
    wholeNumber("afterMs", afterMs, 0, LONGEST_MS)
    return this.thread.engine.armWork(this.token, (nowMs() + afterMs) | 0) === 1
  }

  /** It is not to be run; who runs it now goes on. True if it was to be. @throws OopsError DEAD_RECORD */
  cancel(): boolean {
    const { engine, record } = this.thread
    return (engine.cancelWork(record, this.token) & WorkFound.Pending) !== 0
  }

  /**
   * The same, and waits until nobody runs it: what its function uses may go, if nobody queues or arms it any more.
   * @throws FenceError EDEADLK from within its own function; OopsError DEAD_RECORD; RangeError
   */
  cancelSync(options: WaitOptions = {}): WorkOutcome {
    const limit = new Limit(options)
    return sleepUntil(this.thread, new Quiet(this, true, true), limit)
  }

  /** The same as a promise. */
  cancelAsync(options: AsyncWaitOptions = {}): Promise<WorkOutcome> {
    return this.#promise(options, true)
  }

  /**
   * Waits until it has been run for what it was queued for, and nobody runs it. Runs it here if nobody has begun; does not wait
   * for a time that it is armed for.
   * @throws FenceError EDEADLK from within its own function; what the function throws; OopsError DEAD_RECORD; RangeError
   */
  flush(options: WaitOptions = {}): WorkOutcome {
    const limit = new Limit(options)
    return sleepUntil(this.thread, new Quiet(this, false, true), limit)
  }

  /** The same as a promise. */
  flushAsync(options: AsyncWaitOptions = {}): Promise<WorkOutcome> {
    return this.#promise(options, false)
  }

  /**
   * Ends it, at once: its memory is the next one's. Waits for nobody; its own function may do it.
   * @throws OopsError WORK_IN_DEAD_QUEUE while it is queued or another runs it, TIMER_IN_DEAD_RECORD while it is armed, DEAD_RECORD when it has been discarded
   */
  discard(): void {
    const { engine, record } = this.thread
    engine.discardWork(record, this.token)
  }

  #promise(options: AsyncWaitOptions, cancels: boolean): Promise<WorkOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      return promiseUntil(this.thread, new Quiet(this, cancels, false), limit, signal)
    })
  }

  #state(): number {
    return this.thread.engine.workState(this.token)
  }

  get #address(): number {
    return addressOf(this.token)
  }
}

/** Nobody runs a work, and it is not to be run (or, with `cancels`, is not any more). */
class Quiet implements Condition<WorkOutcome> {
  readonly isUnsettled = false
  readonly #work: Work
  readonly #cancels: boolean
  readonly #blocks: boolean
  #subscription: Subscription | undefined

  constructor(work: Work, cancels: boolean, blocks: boolean) {
    this.#work = work
    this.#cancels = cancels
    this.#blocks = blocks
  }

  arm(bell: Bell, wake: () => void): void {
    this.#subscription ??= bell.onRing(wake)
  }

  look(): WorkOutcome | undefined {
    const { thread, token } = this.#work
    const { engine, record } = thread
    for (;;) {
      if (this.#cancels) engine.cancelWork(record, token)
      const found = engine.awaitWork(record, token)
      if (found & WorkFound.RunningHere)
        throw errnoError("EDEADLK", `Cannot wait for work "${this.#work.name}" within its own function`)
      if (found & WorkFound.RunningElsewhere) {
        this.#assertAnswered()
        return undefined
      }
      const isPending = this.#cancels ? (found & WorkFound.Pending) !== 0 : this.#work.state.pending === "queued"
      if (!isPending) return "done"
      if (!this.#cancels) thread.runWork(token)
    }
  }

  /** Another seat of this JavaScript thread runs it: while we sleep it does not go on. */
  #assertAnswered(): void {
    const { thread, token } = this.#work
    if (!this.#blocks) return
    const runner = thread.engine.workState(token) & WorkState.Runner
    if (runner === 0) return
    const by = holderOf(thread.words, runner)
    if (typeof by === "object") throw ownThreadOops(thread.name, by.name, `work "${this.#work.name}" to return`, token)
  }

  late(): WorkOutcome {
    return "timed-out"
  }

  disarm(): void {
    this.#subscription?.cancel()
  }
}

/** Makes a work for a module. @throws HeapError FULL; RangeError */
export function createWork(seat: Seat, text: number, loadId: number, name: string, argument: number): Work {
  wholeNumber("an argument", argument, -0x8000_0000, 0x7fff_ffff)
  const { record, words } = seat
  const token = seat.make("records", () => seat.engine.createWork(record, text, loadId, argument))
  writeName(words, addressOf(token) + RecordWords.name, name)
  return new Work(MADE, seat, token)
}

/** The work that a token names. @throws RangeError for a word that is no work's token; OopsError DEAD_RECORD when it has been discarded */
export function openWork(seat: Seat, token: number): Work {
  const { engine } = seat
  const isToken = isTokenWord(seat, Kind.IssuerRecord, token)
  if (isToken) engine.workState(token)
  if (isToken && engine.isWork(addressOf(token)) === 1) return new Work(MADE, seat, token)
  // What it is was asked of the record, whosever that is by now: one that was discarded meanwhile is an oops.
  if (isToken) engine.workState(token)
  throw new RangeError(`Cannot open a work: ${show(token)} is no token of one`)
}
