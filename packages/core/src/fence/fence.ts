/** What people hold: a handle on a fence. Thin: an address and a thread; everything it does is one engine call. */
import { dispose } from "../dispose.js"
import { Action, Fence as FenceRecord, Flag, Thread as ThreadRecord } from "../../built/layout.js"
import { type Synchronous, callable, overBy, synchronous } from "../entrance/functions.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show, wholeNumber, wideNumber } from "../entrance/numbers.js"
import { readWide } from "../entrance/wide.js"
import { optionsOf } from "../entrance/words.js"
import { FenceError, errnoError, runAll, withCleanup } from "../errors.js"
import { hostOops } from "../host/oops.js"
import { writeExactTime } from "../host/thread-host.js"
import { readName } from "../name.js"
import { type Handle, type Token, addressIn, readableOf, stale, tokenOf } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { transfers } from "../seat/transferring.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { AllComplete } from "./fence-conditions.js"
import { sleepUntilComplete, sleepingFor } from "./fence-sleep.js"
import { hangLater, hangSoon } from "./late-callback.js"
import type { WaitOutcome } from "./outcome.js"
import { keepFence, letFenceGo } from "../seat/kept.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, addressOf, shown } from "../seat/shown.js"

/** What another thread needs to open the fence; can be posted. It holds no reference: keep the handle until it was opened. */
export interface SharedFence extends Token<Fence> {
  readonly kind: "outlive-fence"
}

/** A function hung on a fence. */
export interface FenceCallback {
  /** True if it had not been called and now will not be. Idempotent: a second call removes nothing. */
  remove(): boolean
}

/** How a fence ends. */
export interface SignalOptions {
  /** When it was done, in nanoseconds since 1970. Default: now, if the heap wants to know. */
  readonly atNs?: bigint
  /** The negative error number that it fails with. */
  readonly error?: number
}

/** Bits of the flags word from `Flag.User` on. */
const USER_BITS = 16
/** Largest error number, as in the kernel. */
const MAX_ERRNO = 4_095

/**
 * "This work is done", said by one thread to all that hold it. A handle holds one reference, and belongs to its thread; one
 * that was lent to an issuer's function holds none, and ends when that function returns. After its end every use throws FenceError STALE,
 * and after its thread has left HeapError DETACHED; only `drop` itself does not.
 * @example
 * using fence = timeline.fence()
 * worker.postMessage(fence.share())
 * await fence.wait({ timeoutMs: 100 })
 */
export class Fence implements Handle {
  readonly thread: Seat
  /** 0: it has ended. Negative: nobody holds the fence any more, and it can only be read. Looked at by everything, so it is one word. */
  #address: number
  #isLent: boolean

  /** @internal Takes over a reference. */
  constructor(key: typeof MADE, thread: Seat, address: number) {
    if (key !== MADE) refuseMaking("a fence", "timeline.fence(), or thread.open(token)")
    this.thread = thread
    this.#address = address
    this.#isLent = false
    if (thread.isChecked) thread.tally(ThreadRecord.fenceHandles, 1)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, addressOf(this), this.thread)
  }

  /** @internal Lends a fence to a function: the handle is good until it returns; only for reading, if it is being given back. */
  static lend<T>(seat: Seat, address: number, body: (fence: Fence) => T, isEnding = false): T {
    const fence = new Fence(MADE, seat, address)
    if (isEnding) fence.#address = -address
    fence.#isLent = true
    if (seat.isChecked) seat.tally(ThreadRecord.fenceHandles, -1)
    try {
      return body(fence)
    } finally {
      fence.#address = 0
    }
  }

  /** Address of the record, for the raw engine API. @throws FenceError STALE after `drop` */
  get address(): number {
    const address = this.#address
    return address > 0 ? address : this.readOnly()
  }

  /** @internal The same of what may be held and changed: not while it is being given back. @throws FenceError STALE */
  get holdable(): number {
    const address = this.#address
    return address > 0 ? address : this.refuse()
  }

  /** Address of what can only be read. */
  protected readOnly(): number {
    return this.#address === 0 ? this.refuse() : -this.#address
  }

  protected refuse(): never {
    if (this.#address !== 0) throw stale("fence", "nobody holds it any more, and it can only be read in `free`")
    throw stale(
      "fence",
      this.#isLent ? "it was lent for the length of the issuer's function" : "its handle was dropped",
    )
  }

  /** The same for what only reads memory. @throws FenceError STALE; HeapError DETACHED */
  protected get readable(): number {
    return readableOf(this)
  }

  /** Gives the reference back; every later use is refused. Idempotent. May be called after the thread has detached. */
  drop(): void {
    const address = this.#address
    if (address === 0) return
    this.#address = 0
    if (this.#isLent) return
    const { thread } = this
    if (thread.isChecked) thread.tally(ThreadRecord.fenceHandles, -1)
    thread.dropFence(address)
  }

  [dispose](): void {
    this.drop()
  }

  /** @internal Hands a reference over to the caller, and ends; of what is lent, a new one. */
  release(): number {
    const { holdable: address, thread } = this
    this.#address = 0
    if (this.#isLent) thread.engine.addRef(address)
    else if (thread.isChecked) thread.tally(ThreadRecord.fenceHandles, -1)
    return address
  }

  /**
   * Completes the fence: true for the caller that did it, and only that one's error counts. All its callbacks have run when
   * this returns. @throws RangeError for a time or an error that is none
   */
  signal(options?: SignalOptions): boolean {
    const { thread } = this
    const address = this.holdable
    this.assertIssued("signal")
    if (options === undefined) return thread.told(thread.ask.signal(thread.record, address)) === 1
    const { error, stamped } = endWith(thread, options)
    return thread.told(thread.ask.signalFailed(thread.record, address, error, stamped)) === 1
  }

  /** A plain fence is completed by its issuer; a container by its members. */
  protected assertIssued(_what: string): void {}

  /** Completes the fence; true if it was complete already. */
  checkAndSignal(): boolean {
    return !this.signal()
  }

  /**
   * Runs something while holding the fence's lock. Inside, use `signalLocked` and `setErrorLocked`; everything else that
   * locks the fence is an oops. @throws TypeError for an async function: it would go on after the lock was given back
   */
  locked<T>(body: Synchronous<T>): T {
    synchronous("a body under a lock", body)
    const { thread } = this
    const address = this.holdable
    thread.engine.lockFence(thread.record, address)
    return withCleanup(
      () => overBy("a body under a lock", body()),
      () => void thread.told(thread.ask.unlockFence(thread.record, address)),
    )
  }

  /** `signal` for a caller that has the lock: inside `locked`, and in `enableSignaling`. @throws OopsError LOCK_NOT_HELD, FOREIGN_UNLOCK (checked flavour) */
  signalLocked(options?: SignalOptions): boolean {
    const { thread } = this
    const address = this.holdable
    this.assertIssued("signal")
    if (options === undefined) return thread.told(thread.ask.signalLocked(thread.record, address)) === 1
    const { error, stamped } = endWith(thread, options)
    return thread.told(thread.ask.signalFailedLocked(thread.record, address, error, stamped)) === 1
  }

  /** Whether the fence is complete. No effect, no lock; callbacks of its signaler may still be running. */
  hasSignaled(): boolean {
    return this.thread.engine.hasSignaled(this.address) === 1
  }

  /** Whether the fence is complete; may ask the issuer, and signal if it says yes. */
  isSignaled(): boolean {
    const { thread } = this
    return thread.told(thread.ask.isSignaled(thread.record, this.holdable)) === 1
  }

  /** 0 while pending, 1 when complete, a negative error number when complete with an error. May ask the issuer. */
  status(): number {
    const { thread } = this
    return thread.told(thread.ask.status(thread.record, this.address))
  }

  /**
   * Gives the fence the error it will complete with: a negative error number. May be called with the fence's lock or without.
   * @throws RangeError, FenceError ALREADY_SIGNALED
   */
  setError(errno: number): void {
    const { engine, record } = this.thread
    const address = this.failable(errno)
    checkSet(errno, engine.setError(record, address, errno))
  }

  /** The same for a caller that has the lock. @throws OopsError LOCK_NOT_HELD, FOREIGN_UNLOCK (checked flavour) */
  setErrorLocked(errno: number): void {
    const { engine, record } = this.thread
    const address = this.failable(errno)
    checkSet(errno, engine.setErrorLocked(record, address, errno))
  }

  /** Address of what may be given this error. */
  protected failable(errno: number): number {
    const address = this.holdable
    this.assertIssued("set the error of")
    checkErrno(errno)
    return address
  }

  /** Asks the issuer to make sure that the fence will be signaled: false if it is complete. Waits and callbacks do this by themselves. */
  enableSignaling(): boolean {
    const { thread } = this
    return thread.told(thread.ask.enableSignaling(thread.record, this.holdable)) !== 0
  }

  /** Tells the issuer by when somebody would like it, in nanoseconds since 1970. @throws RangeError */
  setDeadline(atNs: bigint): void {
    const { thread } = this
    const address = this.holdable
    writeExactTime(thread.words, thread.record, wideNumber("a time", atNs))
    thread.told(thread.ask.setDeadline(thread.record, address))
  }

  /** When it was signaled, in nanoseconds since 1970; undefined while it is pending, or when nobody asked for timestamps. */
  get timestampNs(): bigint | undefined {
    const { engine, heap } = this.thread
    const address = this.readable
    if ((engine.flagsOf(address) & Flag.Timestamp) === 0) return undefined
    return readWide(heap.word(address + FenceRecord.timeLo), heap.word(address + FenceRecord.timeHi))
  }

  /** The issuer's name; "detached-driver" after the fence is signaled and detached. */
  driverName(): string {
    const { engine, record } = this.thread
    return nameAt(this, engine.driverName(record, this.address))
  }

  /** The timeline's name; "signaled-timeline" after the fence is signaled and detached. */
  timelineName(): string {
    const { engine, record } = this.thread
    return nameAt(this, engine.timelineName(record, this.address))
  }

  get context(): bigint {
    const { heap } = this.thread
    const address = this.readable
    return readWide(heap.word(address + FenceRecord.contextLo), heap.word(address + FenceRecord.contextHi))
  }

  get seqno(): bigint {
    const { heap } = this.thread
    const address = this.readable
    return readWide(heap.word(address + FenceRecord.seqnoLo), heap.word(address + FenceRecord.seqnoHi))
  }

  /** Context and seqno, then names while pending, then whether it is signaled. */
  describe(): string {
    const position = `${this.context}:${this.seqno}`
    if (this.hasSignaled()) return `${position} signaled`
    return `${position} ${this.timelineName()} ${this.driverName()} unsignaled`
  }

  /** Whether this comes after the other on their one context; false, with a warning, if they have two. */
  isLater(than: Fence): boolean {
    return this.thread.engine.isLater(this.address, fenceIn(this.thread, than)) === 1
  }

  /**
   * A word for the issuer, 0 at first: the token of a record, a number. By it an issuer knows its own fences, also those that
   * are complete, and not by anything that goes with them. @throws FenceError EINVAL for a fence of no issuer; RangeError
   */
  get user(): number {
    return this.thread.engine.userOf(this.#issued(this.readable))
  }

  set user(word: number) {
    const { thread } = this
    thread.engine.setUser(this.#issued(this.holdable), wholeNumber("a word", word, -0x8000_0000, 0x7fff_ffff))
  }

  /** Sets one of sixteen bits of the fence that are its issuer's: true for the first that does. @throws RangeError */
  claimBit(bit: number): boolean {
    return this.thread.engine.claimUserBit(this.holdable, userBit(bit)) === 1
  }

  /** Whether somebody has claimed it. @throws RangeError */
  hasBit(bit: number): boolean {
    return (this.thread.engine.flagsOf(this.readable) & userBit(bit)) !== 0
  }

  /** Address of a fence whose word is its issuer's: the engine keeps what is its own there. */
  #issued(address: number): number {
    const { heap } = this.thread
    const isIssued = heap.word(address + FenceRecord.timeline) !== 0
    if (isIssued && (heap.word(address + FenceRecord.flags) & (Flag.Container | Flag.Soft | Flag.Job)) === 0)
      return address
    throw errnoError("EINVAL", "Cannot use the word of a fence that no module has issued")
  }

  /** Whether ops have been let go: nothing in the fence leads to its issuer any more. */
  get isDetached(): boolean {
    return this.thread.heap.word(this.readable + FenceRecord.ops) === 0
  }

  /**
   * Calls a function in this thread once the fence is complete; "already-signaled" if it is, and then never.
   * The process stays alive until then. What the function throws surfaces as an uncaught exception, as a listener's
   * does. @throws TypeError for what is no function; HeapError FULL
   */
  addCallback(body: () => void): FenceCallback | "already-signaled" {
    callable("a callback", body)
    const hung = hangSoon(this.thread, this.holdable, body)
    if (hung === "complete") return "already-signaled"
    const subscription = hung === "later" ? hangLater(this.thread, this.holdable, body) : hung
    return { remove: () => subscription.cancel() }
  }

  /**
   * Adds one to a cell when the fence completes: done by the signaler, under the lock. Remove it in the end, even
   * after it ran: that gives its record back. @throws RangeError for a cell that is none; HeapError FULL
   */
  addCounter(cell: number): FenceCallback | "already-signaled" {
    const { thread, holdable: address } = this
    const { ask, heap, record } = thread
    const word = heap.cell(cell)
    // The record knows its fence until it is removed, which may be when nobody else does.
    keepFence(thread, address)
    let node = 0
    try {
      node = thread.told(ask.addCallback(record, address, Action.AddToCell, word), (added) => {
        if (added > 0) thread.told(ask.removeCallback(record, added))
      })
    } finally {
      if (node <= 0) letFenceGo(thread, address)
    }
    if (node < 0) throw heap.fullError("callbacks")
    if (node === 0) return "already-signaled"
    let isRemoved = false
    const remove = (seat: Seat) => {
      isRemoved = true
      let found = 0
      runAll([
        () => void (found = seat.told(seat.ask.removeCallback(seat.record, node))),
        () => letFenceGo(seat, address),
      ])
      return found === 1
    }
    return {
      remove: () => {
        if (isRemoved) return false
        if (thread.isAttached) return remove(thread)
        let found = false
        thread.afterDetach((seat) => void (found = remove(seat)))
        return found
      },
    }
  }

  /** Resolves when the fence is complete, rejects with its error. Keeps the process alive meanwhile. Rejects with TypeError, RangeError for options that are none. */
  wait(options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      const address = this.holdable
      return promiseUntil(this.thread, new AllComplete(this.thread, [address]), limit, signal)
    })
  }

  /**
   * Sleeps until the fence is complete: spins a little, then parks. An issuer's own `wait` is the wait, where there is
   * one. @throws FenceError when it completed with an error; RangeError
   */
  waitSync(options: WaitOptions = {}): WaitOutcome {
    const limit = new Limit(options)
    const { thread } = this
    const address = this.holdable
    if (thread.engine.hasSignaled(address) !== 0) return sleepUntilComplete(thread, address, limit)
    // A reference of its own: an issuer that is asked may drop this handle.
    keepFence(thread, address)
    return withCleanup(
      () => {
        const op = thread.engine.waitOp(thread.record, address)
        if (op >= 0)
          Fence.lend(thread, address, (fence) =>
            sleepingFor(thread, address, () => thread.waitOp(op, fence, limit.timeoutMs)),
          )
        return sleepUntilComplete(thread, address, limit)
      },
      () => letFenceGo(thread, address),
    )
  }

  /** Another handle, with a reference of its own. */
  addRef(): this {
    const address = this.holdable
    this.thread.engine.addRef(address)
    return new (this.constructor as new (key: typeof MADE, seat: Seat, address: number) => this)(
      MADE,
      this.thread,
      address,
    )
  }

  /** What it is made of: nothing else (`plain`), several fences (`array`), a fence and all before it (`chain`). */
  get kind(): "plain" | "array" | "chain" {
    // PLAIN: the bits that say what a fence is never change.
    const flags = this.thread.heap.word(this.readable + FenceRecord.flags)
    return flags & Flag.Array ? "array" : flags & Flag.Chain ? "chain" : "plain"
  }

  /** Whether it is made of other fences, and completes with them. */
  get isContainer(): boolean {
    return this.kind !== "plain"
  }

  /** What to post to another thread, which calls `thread.open` on it. Keep this handle until it has. */
  share(): SharedFence {
    return tokenOf(this, "outlive-fence") as SharedFence
  }

  /**
   * The same, but the token carries this handle's reference, and the handle ends: whoever opens it, once, has a fence that lives. A second
   * time is ALREADY_TAKEN. What nobody takes is given back by `thread.cancelTransfer`, or when this thread is reclaimed.
   * @throws FenceError STALE; HeapError FULL (of `objects`), DETACHED, NOT_IMPORTED in a heap without primitives: the handle is as it was
   */
  transfer(): SharedFence {
    return transfers().transferOf(this, "outlive-fence", true) as unknown as SharedFence
  }
}

/** One of the bits of the flags that are the issuers'. */
function userBit(bit: number): number {
  return Flag.User << wholeNumber("a bit", bit, 0, USER_BITS - 1)
}

/** @throws FenceError ALREADY_SIGNALED by the engine's answer */
function checkSet(errno: number, answer: number): void {
  if (answer === -1) throw new FenceError("ALREADY_SIGNALED", `Cannot set error ${errno}: the fence is signaled`)
}

/** Checks how a fence is to end, and leaves the time where the engine looks for it. */
function endWith(seat: Seat, options: SignalOptions): { error: number; stamped: number } {
  const { atNs, error } = optionsOf("a signal", options)
  if (error !== undefined) checkErrno(error)
  if (atNs !== undefined) writeExactTime(seat.words, seat.record, wideNumber("a time", atNs))
  return { error: error ?? 0, stamped: atNs === undefined ? 0 : 1 }
}

/** Reads a name where it lies: the engine has entered a read section. It is torn if somebody overwrites it all the same. */
function nameAt({ thread, address: fence }: Fence, address: number): string {
  const { engine, words, record, name: threadName } = thread
  const name = readName(words, address)
  engine.readUnlock(record)
  if (name !== undefined) return name
  const message = `A name of fence 0x${fence.toString(16)} was overwritten while it was read`
  throw hostOops(threadName, "TORN_NAME", message, fence)
}

/** Address of a fence that is to go into something of this thread's. @throws TypeError; FenceError FOREIGN, STALE */
export function fenceIn(seat: Seat, fence: Fence): number {
  // Compilers fold `instanceof` only for a class that they see: a merge of many fences takes half as long so.
  if (fence instanceof Fence && fence.thread === seat) return fence.holdable
  return addressIn(seat, fence, "fence", Fence)
}

/** @throws RangeError for what is no negative error number */
export function checkErrno(errno: number): number {
  if (Number.isInteger(errno) && errno < 0 && errno >= -MAX_ERRNO) return errno
  throw new RangeError(`Cannot use ${show(errno)} as an error: -4,095 to -1 is the range`)
}
