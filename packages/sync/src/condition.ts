/** Waiting, under a mutex, for what others change under it. */
import { FenceError } from "@outlive/core/worker"
import {
  MADE,
  type AsyncWaitOptions,
  Limit,
  type Seat,
  type SharedObjectToken,
  type WaitOptions,
  objectTypes,
  overBy,
  promised,
  synchronous,
} from "@outlive/core/building"
import { SyncError } from "./errors.js"
import { MutexGuard } from "./mutex.js"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Bounds, type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { CHANGES, ONE_VALUE, WORD } from "./words.js"

export type ConditionOutcome = "notified" | "timed-out"

/**
 * A condition variable. Whoever waits gives the mutex back meanwhile, and has it again when the wait is over, in whatever way it
 * ended. `notifyOne` wakes at least one of those that waited; it may wake more: so wait in a loop, or with `waitFor`.
 * @example
 * using guard = await mutex.lock()
 * await changed.waitFor(guard, () => queue.length > 0)
 */
export class Condition extends SyncHandle {
  protected override get what(): string {
    return "condition"
  }

  /** @throws HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat): Condition {
    return new Condition(MADE, thread, createSync(thread, objectTypes.Condition, 0, 0))
  }

  /** The condition that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Condition>): Condition {
    return new Condition(MADE, thread, openSync(thread, token, "condition", objectTypes.Condition))
  }

  /** Wakes one that waits, if there is one. Costs no more than a step when nobody does. @throws FenceError STALE; HeapError DETACHED */
  notifyOne(): void {
    this.thread.engine.notifyWaiters(this.usable, 0)
  }

  /** Wakes all that wait. @throws FenceError STALE; HeapError DETACHED */
  notifyAll(): void {
    this.thread.engine.notifyWaiters(this.usable, 1)
  }

  /**
   * Gives the mutex back and sleeps until notified; has it again when it returns or throws. `guard.ownerDied` says whether a thread
   * died with it meanwhile. @throws SyncError NOT_HELD; FenceError STALE, FOREIGN; HeapError DETACHED; RangeError, TypeError
   */
  waitSync(guard: MutexGuard, options?: WaitOptions): ConditionOutcome {
    return this.#sleep(this.address, guard, limitOf(options))
  }

  #sleep(address: number, guard: MutexGuard, limit: Limit): ConditionOutcome {
    const waited = this.#waited(address, guard)
    guard.pause()
    try {
      return waitSync(this, waited, limit)
    } finally {
      if (this.thread.isAttached) guard.resumeSync()
      else guard.forsake()
    }
  }

  /** The same as a promise. Also after an abort the mutex is held again before it rejects. */
  wait(guard: MutexGuard, options?: AsyncWaitOptions): Promise<ConditionOutcome> {
    return promised(() => this.#wait(this.address, guard, boundsOf(options)))
  }

  async #wait(address: number, guard: MutexGuard, bounds: Bounds): Promise<ConditionOutcome> {
    const waited = this.#waited(address, guard)
    guard.pause()
    try {
      return await waitAsync(this, waited, bounds)
    } finally {
      if (this.thread.isAttached) await guard.resume()
      else guard.forsake()
    }
  }

  /**
   * Sleeps until something is so, which is looked at under the mutex: false when the time was up and it is not. The handle may be dropped
   * meanwhile. @throws as `waitSync`; what the predicate throws
   */
  waitForSync(guard: MutexGuard, predicate: () => boolean, options?: WaitOptions): boolean {
    const isSo = this.#looking(guard, predicate)
    const limit = limitOf(options)
    // All its waits are one: the object stays, and whoever drops the handle meanwhile ends none of them.
    const address = this.use()
    let hasDied = false
    try {
      while (!isSo()) {
        const outcome = this.#sleep(address, guard, limitOf(leftOf(limit)))
        hasDied ||= guard.ownerDied
        if (outcome === "timed-out") return isSo()
      }
      return true
    } finally {
      if (hasDied) guard.tellDied()
      this.endUse()
    }
  }

  /** The same as a promise. */
  async waitFor(guard: MutexGuard, predicate: () => boolean, options?: AsyncWaitOptions): Promise<boolean> {
    const isSo = this.#looking(guard, predicate)
    const { limit, signal } = boundsOf(options)
    const address = this.use()
    let hasDied = false
    try {
      while (!isSo()) {
        const outcome = await this.#wait(address, guard, boundsOf({ ...leftOf(limit), signal }))
        hasDied ||= guard.ownerDied
        if (outcome === "timed-out") return isSo()
      }
      return true
    } finally {
      if (hasDied) guard.tellDied()
      this.endUse()
    }
  }

  /** The predicate, which is looked at under the mutex only. */
  #looking(guard: MutexGuard, predicate: () => boolean): () => boolean {
    this.#assertHeld(guard)
    synchronous("a predicate", predicate)
    return () => overBy("a predicate", predicate())
  }

  #assertHeld(guard: MutexGuard): void {
    if (!(guard instanceof MutexGuard) || !guard.isHeld)
      throw new SyncError("NOT_HELD", "Cannot wait for a condition: the guard of a mutex is needed that holds it")
    if (guard.thread !== this.thread)
      throw new FenceError("FOREIGN", `Cannot wait for a condition: the guard is not of thread "${this.thread.name}"`)
  }

  /** The turn is read while the mutex is held: no notification falls between. */
  #waited(address: number, guard: MutexGuard): Waited<ConditionOutcome> {
    const { thread } = this
    const { engine } = thread
    this.#assertHeld(guard)
    const since = engine.readCell(address + WORD) & CHANGES
    const isOver = () => (engine.readCell(address + WORD) & CHANGES) !== since
    return {
      attempt: (map) =>
        engine.awaitChange(thread.record, address, since, ONE_VALUE, map) === 1 ? "notified" : undefined,
      spin: () => (engine.spinChange(address, since, ONE_VALUE) === 1 ? "notified" : undefined),
      late: () => (isOver() ? "notified" : "timed-out"),
      // Whom we ring for the ring that was ours may have come later, and not be meant: so another is notified.
      abandon() {
        if (isOver()) engine.notifyWaiters(address, 0)
      },
    }
  }
}

function leftOf(limit: Limit): WaitOptions {
  return limit.timeoutMs === Infinity ? {} : { timeoutMs: limit.leftMs }
}
