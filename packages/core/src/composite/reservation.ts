/** The fences that stand between a buffer and its next use: `dma_resv`. */
import { ObjectType } from "../../built/layout.js"
import { type Synchronous, callable, overBy, synchronous } from "../entrance/functions.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show, wideNumber } from "../entrance/numbers.js"
import { highWord, lowWord } from "../entrance/wide.js"
import { oneOf } from "../entrance/words.js"
import { FenceError, errnoError, runAll, withCleanup } from "../errors.js"
import { AllOver } from "../fence/fence-conditions.js"
import { type Fence, type FenceCallback, fenceIn } from "../fence/fence.js"
import type { WaitOutcome } from "../fence/outcome.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { callWhen } from "../waiting/call-when.js"
import { promised } from "../waiting/promise.js"
import { AcquireContext, type Lockable, MOST_SLOTS } from "./acquire-context.js"
import { FenceArray } from "./fence-array.js"
import { merge } from "./merge.js"
import { ReservationWalk, type ReservedFence, Usage } from "./reservation-walk.js"
import { ObjectHandle, type SharedObjectToken, createObject, openObject } from "./shared-object.js"
import { MADE } from "../seat/made.js"

/** A usage in words. */
export type UsageWord = "kernel" | "write" | "read" | "bookkeep"

const USAGE_WORDS: readonly UsageWord[] = ["kernel", "write", "read", "bookkeep"]

/** How an attempt to take a reservation in a context ended. */
export type LockOutcome = "locked" | "back-off" | "already-locked"

const OUTCOMES: readonly LockOutcome[] = ["locked", "back-off", "already-locked"]

/** How a buffer is used, in a word: DMA_BUF_SYNC_READ, WRITE, RW. */
export type AccessWord = "read" | "write" | "read-write"

const ACCESS_WORDS: readonly AccessWord[] = ["read", "write", "read-write"]

/** Whether a use of a buffer changes it. @throws TypeError for what is no access */
export function isWriting(access: AccessWord): boolean {
  return oneOf("access", access, ACCESS_WORDS) !== "read"
}

/**
 * The usage up to which one must wait before using a buffer so: a reader for its writers, whoever writes for everybody.
 * @throws TypeError for what is no access
 */
export function usageOf(access: AccessWord): Usage {
  return isWriting(access) ? Usage.Read : Usage.Write
}

/**
 * Who uses a buffer, and as what. Changed under its lock; read by anybody, at any time.
 * @example
 * using buffer = Reservation.create(thread)
 * buffer.locked(() => {
 *   buffer.reserve(1)
 *   buffer.add(render, Usage.Write)
 * })
 * await buffer.wait(usageOf("read"))
 */
export class Reservation extends ObjectHandle implements Lockable {
  protected override get what(): string {
    return "reservation"
  }

  /** An empty one. @throws HeapError FULL */
  static create(thread: Seat): Reservation {
    return new Reservation(MADE, thread, createObject(thread, ObjectType.Reservation))
  }

  /** The reservation that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Reservation>): Reservation {
    return new Reservation(MADE, thread, openObject(thread, token, "reservation", ObjectType.Reservation))
  }

  /**
   * Takes the lock. Alone: waits for it, and must be the only one of its thread. In a context: one of several, where
   * "back-off" means that somebody older has it: give back all that is held in the context, then `lockSlow` this one.
   * @throws OopsError SELF_DEADLOCK when this thread holds it outside this context; FenceError EINVAL for a context that has ended
   */
  lock(): "locked"
  lock(context: AcquireContext): LockOutcome
  lock(context?: AcquireContext): LockOutcome {
    const { engine, record } = this.thread
    if (context === undefined) {
      engine.lockReservation(record, this.address)
      return "locked"
    }
    const { address } = this
    AcquireContext.assertCurrent(context, this.thread)
    const outcome = OUTCOMES[engine.lockReservationInContext(record, address)]!
    // The context keeps what is taken in it: this handle may be dropped before the lock is given back.
    if (outcome === "locked") context.noteLocked(address, this.#again())
    return outcome
  }

  /** Takes the lock after a back-off: waits for it, whoever has it. @throws FenceError EDEADLK while anything is held in the context */
  lockSlow(context: AcquireContext): void {
    AcquireContext.assertCurrent(context, this.thread)
    if (context.acquired > 0)
      throw errnoError("EDEADLK", `Cannot wait for reservation: ${context.acquired} others are held in the context`)
    this.lock(context)
  }

  /** Takes the lock if it is free. */
  tryLock(): boolean {
    return this.thread.engine.tryLockReservation(this.thread.record, this.address) === 1
  }

  /** Gives the lock back. What was reserved and not used is lost. @throws OopsError FOREIGN_UNLOCK, LOCK_NOT_HELD */
  unlock(): void {
    const { thread, address } = this
    const answer = thread.ask.unlockReservation(thread.record, address)
    runAll([() => void thread.told(answer), () => AcquireContext.noteUnlocked(thread, address)])
  }

  /** Another handle, with a reference of its own. */
  #again(): Reservation {
    const { thread, address } = this
    thread.engine.addObjectRef(address)
    return new Reservation(MADE, thread, address)
  }

  /** Runs something under the lock. @throws TypeError for an async function: it would go on after the lock was given back */
  locked<T>(body: Synchronous<T>): T {
    synchronous("a body under a lock", body)
    // A reference of its own: the body may drop this handle.
    const mine = this.#again()
    const underLock = () => {
      mine.lock()
      return withCleanup(
        () => overBy("a body under a lock", body()),
        () => mine.unlock(),
      )
    }
    return withCleanup(underLock, () => mine.drop())
  }

  /** Whether somebody holds the lock. May be late. */
  get isLocked(): boolean {
    return this.thread.engine.reservationOwner(this.readable) !== 0
  }

  /** Under the lock: makes sure that so many fences can be added until it is given back. @throws FenceError EINVAL, HeapError FULL */
  reserve(slots: number): void {
    if (!Number.isInteger(slots) || slots < 1)
      throw errnoError("EINVAL", `Cannot reserve ${show(slots)} slots: a whole number from 1 is needed`)
    if (slots > MOST_SLOTS) throw this.thread.heap.fullError("lists")
    const { thread, address } = this
    thread.make("lists", () => thread.told(thread.ask.reserveSlots(thread.record, address, slots)))
  }

  /**
   * Under the lock: adds a fence, with a reference of its own. It takes the place of one that is complete, or of an
   * earlier one of its context that is for as many or fewer; else it needs a reserved slot. A fence made of others is
   * added with a warning. @throws OopsError NOT_RESERVED, FenceError FOREIGN
   */
  add(fence: Fence, usage: Usage): void {
    const { thread, address } = this
    const added = fenceIn(thread, fence)
    thread.told(thread.ask.addFence(thread.record, address, added, checkUsage(usage)))
  }

  /** Under the lock: puts a fence in the place of every fence of a context. @throws FenceError FOREIGN; RangeError */
  replace(context: bigint, fence: Fence, usage: Usage): void {
    const { thread, address } = this
    const replacement = fenceIn(thread, fence)
    const wide = wideNumber("a context", context)
    thread.told(
      thread.ask.replaceFences(thread.record, address, lowWord(wide), highWord(wide), replacement, checkUsage(usage)),
    )
  }

  /** Under the lock: holds what is pending in another, which need not be locked, and nothing else. @throws FenceError FOREIGN, HeapError FULL */
  copyFences(from: Reservation): void {
    const { thread, address } = this
    const source = addressIn(thread, from, "reservation", Reservation)
    thread.make("lists", () => thread.told(thread.ask.copyFences(thread.record, address, source)))
  }

  /** The pending fences up to a usage, without the lock. See `ReservedFence` about beginning anew. */
  fences(usage: Usage = Usage.Bookkeep): Generator<ReservedFence, void, undefined> {
    return this.#walk(usage, false).all()
  }

  /** The same under the lock: complete ones too, and never anew, unless the caller itself makes the list another. */
  fencesLocked(usage: Usage = Usage.Bookkeep): Generator<ReservedFence, void, undefined> {
    return this.#walk(usage, true).all()
  }

  #walk(usage: Usage, isLocked: boolean): ReservationWalk {
    void this.readable
    return new ReservationWalk(this.thread, () => this.address, checkUsage(usage), isLocked)
  }

  /** The pending fences up to a usage, as they were at one moment; each handle is the caller's to drop. */
  getFences(usage: Usage = Usage.Bookkeep): Fence[] {
    const found: Fence[] = []
    const giveUp = () => {
      for (const fence of found.splice(0)) fence.drop()
    }
    try {
      for (const { fence, isRestarted } of this.fences(usage)) {
        if (isRestarted) giveUp()
        found.push(fence.addRef())
      }
    } catch (error) {
      giveUp()
      throw error
    }
    return found
  }

  /** What is pending up to a usage, as one fence: none, the one there is, or an array of all. @throws HeapError FULL */
  getSingleton(usage: Usage = Usage.Bookkeep): Fence | undefined {
    const found = this.getFences(usage)
    try {
      if (found.length <= 1) return found[0]?.addRef()
      if (found.some((fence) => fence.isContainer)) return merge(this.thread, found)
      return FenceArray.create(this.thread, found)
    } finally {
      for (const fence of found) fence.drop()
    }
  }

  /** Whether everything up to a usage is complete. May ask issuers. */
  testSignaled(usage: Usage = Usage.Bookkeep): boolean {
    const { thread, address } = this
    return thread.told(thread.ask.testReservation(thread.record, address, checkUsage(usage))) === 1
  }

  /**
   * Whether everything up to a usage is complete; makes sure that the end of what is pending will be noticed, and asks
   * issuers. Never blocks: `poll(usageOf("read"))` says whether a buffer can be read now, `poll(usageOf("write"))` whether
   * it can be written, as a dma-buf's `poll` does. @throws RangeError; what issuers throw
   */
  poll(usage: Usage = Usage.Bookkeep): boolean {
    let isReady = true
    for (const { fence, isRestarted } of this.fences(usage)) {
      if (isRestarted) isReady = true
      // All of them, also after the first that is pending: who comes again finds them further on.
      if (fence.enableSignaling() && !fence.isSignaled()) isReady = false
    }
    return isReady
  }

  /**
   * Calls a function in this thread once all that is pending up to a usage now is complete, with an error or without;
   * "already-signaled" if nothing is, and then never. What is added later does not count: who is called may look again.
   * The process stays alive until then; a thread that leaves calls nothing. The handle may be dropped meanwhile.
   * @throws TypeError for what is no function; RangeError; HeapError FULL
   */
  onSignaled(usage: Usage, body: () => void): FenceCallback | "already-signaled" {
    callable("a callback", body)
    const { thread } = this
    const found = this.getFences(usage)
    try {
      if (found.length === 0) return "already-signaled"
      const addresses = found.map(({ address }) => address)
      return callWhen(thread, new AllOver(thread, addresses), new Limit({}), body)
    } finally {
      runAll(found.map((fence) => () => fence.drop()))
    }
  }

  /** Sleeps until everything up to a usage is complete. A fence that completes with an error is complete. */
  waitSync(usage: Usage = Usage.Bookkeep, options: WaitOptions = {}): WaitOutcome {
    const limit = new Limit(options)
    checkUsage(usage)
    // A reference of its own: an issuer that is asked may drop this handle.
    const mine = this.#again()
    return withCleanup(
      () => mine.#waitInTurnSync(usage, limit),
      () => mine.drop(),
    )
  }

  #waitInTurnSync(usage: Usage, limit: Limit): WaitOutcome {
    for (const { fence } of this.fences(usage))
      if (outcomeOf(() => fence.waitSync({ timeoutMs: limit.leftMs })) === "timed-out") return "timed-out"
    return "signaled"
  }

  /** Resolves when everything up to a usage is complete. A fence that completes with an error is complete. */
  wait(usage: Usage = Usage.Bookkeep, options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      checkUsage(usage)
      // A reference of its own: this handle may be dropped while the wait goes on.
      return this.#again().#waitInTurn(usage, limit, signal)
    })
  }

  async #waitInTurn(usage: Usage, limit: Limit, signal: AbortSignal | undefined): Promise<WaitOutcome> {
    try {
      for (const { fence } of this.fences(usage)) {
        const outcome = await fence.wait({ timeoutMs: limit.leftMs, signal }).catch(ignoreErrno)
        if (outcome === "timed-out") return "timed-out"
      }
      return "signaled"
    } finally {
      this.drop()
    }
  }

  /** Tells the issuers of all pending fences up to a usage by when somebody would like them, in nanoseconds since 1970. */
  setDeadline(usage: Usage, atNs: bigint): void {
    wideNumber("a time", atNs)
    for (const { fence } of this.fences(usage)) fence.setDeadline(atNs)
  }

  /** A line for each pending fence: what it is there for, and its own description. KERNEL: without the lock. */
  describe(): string {
    let lines: string[] = []
    for (const { fence, usage, isRestarted } of this.fences()) {
      if (isRestarted) lines = []
      lines.push(`${USAGE_WORDS[usage]} fence: ${fence.describe()}`)
    }
    return lines.join("\n")
  }
}

/** @throws RangeError */
function checkUsage(usage: Usage): Usage {
  if (typeof usage !== "number" || USAGE_WORDS[usage] === undefined)
    throw new RangeError(`Cannot use ${show(usage)} as a usage: one of Usage is needed`)
  return usage
}

/** A wait that ends with the fence's error has ended. */
function outcomeOf(wait: () => WaitOutcome): WaitOutcome {
  try {
    return wait()
  } catch (error) {
    return ignoreErrno(error)
  }
}

function ignoreErrno(error: unknown): WaitOutcome {
  if (error instanceof FenceError && error.errno !== undefined) return "signaled"
  throw error
}
