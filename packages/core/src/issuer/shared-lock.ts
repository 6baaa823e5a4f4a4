/** A lock that the fences of several timelines share, and that their issuer takes for what it keeps beside them. */
import { Kind } from "../../built/layout.js"
import { type Synchronous, overBy, synchronous } from "../entrance/functions.js"
import { show } from "../entrance/numbers.js"
import { FenceError, withCleanup } from "../errors.js"
import { assertAll } from "../host/families.js"
import type { Seat } from "../seat/seat.js"
import { tokenWord } from "./token-word.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, shown } from "../seat/shown.js"

/**
 * The lock of timelines that were opened with `lock: "external"`, or with this: it guards all their fences, and whatever
 * lists and counts the issuer keeps under it. It goes with the last of those timelines, or, where locks are counted
 * (`lifetime`), with the last of their fences. Nobody holds a reference by this handle, nor by the token.
 * @example
 * const lock = module.timeline("gfx", { lock: "external" }).sharedLock
 * const compute = module.timeline("compute", { lock })
 * lock.locked(() => ring.add(EMITTED, 1))
 */
export class SharedLock {
  /** Names this life of the lock: one word. Never 0. */
  readonly token: number
  readonly thread: Seat

  /** @internal Use `timeline.sharedLock` and `thread.sharedLock`. */
  constructor(key: typeof MADE, seat: Seat, token: number) {
    if (key !== MADE) refuseMaking("a shared lock", "timeline.sharedLock")
    this.thread = seat
    this.token = token
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, this.token, this.thread)
  }

  /** Whether it is there still. May be late. */
  get isLive(): boolean {
    return Boolean(this.thread.engine.isAlive(this.token))
  }

  /**
   * Runs something while holding the lock. Inside, `signalLocked` and `setErrorLocked` of every fence that it guards may be
   * used; what else locks one of these is an oops. What is completed inside is told to others when it is given back.
   * @throws OopsError DEAD_LOCK when it has gone; TypeError for an async function: it would go on after the lock was given back
   */
  locked<T>(body: Synchronous<T>): T {
    synchronous("a body under a lock", body)
    const { thread } = this
    thread.engine.lockShared(thread.record, this.token)
    return withCleanup(
      () => overBy("a body under a lock", body()),
      () => void thread.told(thread.ask.unlockShared(thread.record, this.token)),
    )
  }
}

/** The lock with this token. */
export function sharedLockOn(seat: Seat, token: number): SharedLock {
  return new SharedLock(MADE, seat, token)
}

/** Token of the lock that a timeline is to share. @throws TypeError for what is none; FenceError FOREIGN; HeapError NOT_IMPORTED */
export function lockToken(seat: Seat, lock: object): number {
  if (!(lock instanceof SharedLock)) throw new TypeError(`Cannot use ${show(lock)} as a shared lock`)
  if (lock.thread !== seat)
    throw new FenceError("FOREIGN", "Cannot use a shared lock: its handle belongs to another thread, or heap")
  assertAll(seat.heap.families)
  return lock.token
}

/** The lock that a token names. @throws RangeError for a word that never was a token */
export function openSharedLock(seat: Seat, token: number): SharedLock {
  return new SharedLock(MADE, seat, tokenWord(seat, Kind.Lock, "a shared lock", token))
}
