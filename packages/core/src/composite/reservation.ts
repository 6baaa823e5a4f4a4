/** The fences that stand between a buffer and its next use: `dma_resv`. */
import { ObjectType, Usage as UsageWords } from "../../built/layout.js"
import { AcquireContext } from "./acquire-context.js"
import { FenceError, errnoError } from "../errors.js"
import type { Fence } from "../fence/fence.js"
import { FenceArray, addressIn, lowWord } from "./fence-array.js"
import { merge } from "./merge.js"
import { ReservationWalk, type ReservedFence } from "./reservation-walk.js"
import { ObjectHandle, type SharedObjectToken, createObject, openObject } from "./shared-object.js"
import type { Thread } from "../heap/thread.js"
import { type AsyncWaitOptions, type WaitOptions, type WaitOutcome, deadlineOf } from "../fence/wait.js"

/** What a fence is there for: `Kernel < Write < Read < Bookkeep`. Whoever asks for one means all up to it. */
export const Usage = UsageWords
export type Usage = (typeof UsageWords)[keyof typeof UsageWords]
/** A usage in words. */
export type UsageWord = "kernel" | "write" | "read" | "bookkeep"

const USAGE_WORDS: readonly UsageWord[] = ["kernel", "write", "read", "bookkeep"]

/** How an attempt to take a reservation in a context ended. */
export type LockOutcome = "locked" | "back-off" | "already-locked"

const OUTCOMES: readonly LockOutcome[] = ["locked", "back-off", "already-locked"]

/** More slots than any heap has. */
const MOST_SLOTS = 0xffffff

/** The usage up to which one must wait before using a buffer so: a reader for its writers, a writer for everybody. */
export function usageOf(access: "read" | "write"): Usage {
  return access === "write" ? Usage.Read : Usage.Write
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
export class Reservation extends ObjectHandle {
  protected readonly what = "reservation"

  /** An empty one. @throws HeapError FULL */
  static create(thread: Thread): Reservation {
    return new Reservation(thread, createObject(thread, ObjectType.Reservation))
  }

  /** The reservation that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): Reservation {
    return new Reservation(thread, openObject(thread, token, "reservation", ObjectType.Reservation))
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
    context.assertCurrent(this.thread)
    const outcome = OUTCOMES[engine.lockReservationInContext(record, this.address)]!
    if (outcome === "locked") context.noteLocked(this.address)
    return outcome
  }

  /** Takes the lock after a back-off: waits for it, whoever has it. @throws FenceError EDEADLK while anything is held in the context */
  lockSlow(context: AcquireContext): void {
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
    this.thread.engine.unlockReservation(this.thread.record, this.address)
    AcquireContext.noteUnlocked(this.thread, this.address)
    this.thread.rethrow()
  }

  /** Runs something under the lock. */
  locked<T>(body: () => T): T {
    this.lock()
    try {
      return body()
    } finally {
      this.unlock()
    }
  }

  /** Whether somebody holds the lock. May be late. */
  get isLocked(): boolean {
    return this.thread.engine.reservationOwner(this.address) !== 0
  }

  /** Under the lock: makes sure that so many fences can be added until it is given back. @throws FenceError EINVAL, HeapError FULL */
  reserve(slots: number): void {
    if (!Number.isInteger(slots) || slots < 1)
      throw errnoError("EINVAL", `Cannot reserve ${slots} slots: a whole number from 1 is needed`)
    if (slots > MOST_SLOTS) throw this.thread.heap.fullError("lists")
    const { engine, record } = this.thread
    const attempt = () => engine.reserveSlots(record, this.address, slots)
    if (!attempt() && !this.thread.afterMakingRoom(attempt)) throw this.thread.heap.fullError("lists")
    this.thread.rethrow()
  }

  /**
   * Under the lock: adds a fence, with a reference of its own. It takes the place of one that is complete, or of an
   * earlier one of its context that is for as many or fewer; else it needs a reserved slot. A fence made of others is
   * added with a warning. @throws OopsError NOT_RESERVED, FenceError FOREIGN
   */
  add(fence: Fence, usage: Usage): void {
    this.thread.engine.addFence(this.thread.record, this.address, addressIn(this.thread, fence), checkUsage(usage))
    this.thread.rethrow()
  }

  /** Under the lock: puts a fence in the place of every fence of a context. @throws FenceError FOREIGN */
  replace(context: bigint, fence: Fence, usage: Usage): void {
    const { engine, record } = this.thread
    const replacement = addressIn(this.thread, fence)
    engine.replaceFences(
      record,
      this.address,
      lowWord(context),
      lowWord(context >> 32n),
      replacement,
      checkUsage(usage),
    )
    this.thread.rethrow()
  }

  /** Under the lock: holds what is pending in another, which need not be locked, and nothing else. @throws FenceError FOREIGN, HeapError FULL */
  copyFences(from: Reservation): void {
    if (from.thread.heap.memory !== this.thread.heap.memory)
      throw new FenceError("FOREIGN", "Cannot copy fences of a reservation of another heap")
    const { engine, record } = this.thread
    const attempt = () => engine.copyFences(record, this.address, from.address)
    if (!attempt() && !this.thread.afterMakingRoom(attempt)) throw this.thread.heap.fullError("lists")
    this.thread.rethrow()
  }

  /** The pending fences up to a usage, without the lock. See `ReservedFence` about beginning anew. */
  fences(usage: Usage = Usage.Bookkeep): Generator<ReservedFence, void, undefined> {
    return new ReservationWalk(this, checkUsage(usage), false).all()
  }

  /** The same under the lock: complete ones too, and never anew, unless the caller itself makes the list another. */
  fencesLocked(usage: Usage = Usage.Bookkeep): Generator<ReservedFence, void, undefined> {
    return new ReservationWalk(this, checkUsage(usage), true).all()
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
    const answer = this.thread.engine.testReservation(this.thread.record, this.address, checkUsage(usage)) === 1
    this.thread.rethrow()
    return answer
  }

  /** Sleeps until everything up to a usage is complete. A fence that completes with an error is complete. */
  waitSync(usage: Usage = Usage.Bookkeep, options: WaitOptions = {}): WaitOutcome {
    const left = deadlineOf(options)
    for (const { fence } of this.fences(usage))
      if (outcomeOf(() => fence.waitSync(left())) === "timed-out") return "timed-out"
    return "signaled"
  }

  /** Resolves when everything up to a usage is complete. A fence that completes with an error is complete. */
  async wait(usage: Usage = Usage.Bookkeep, options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    const left = deadlineOf(options)
    for (const { fence } of this.fences(usage)) {
      const outcome = await fence.wait({ ...options, ...left() }).catch(ignoreErrno)
      if (outcome === "timed-out") return "timed-out"
    }
    return "signaled"
  }

  /** Tells the issuers of all pending fences up to a usage by when somebody would like them, in nanoseconds since 1970. */
  setDeadline(usage: Usage, atNs: bigint): void {
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
  if (USAGE_WORDS[usage] === undefined)
    throw new RangeError(`Cannot use ${String(usage)} as a usage: one of Usage is needed`)
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
