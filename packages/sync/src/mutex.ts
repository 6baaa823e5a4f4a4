/** One thread at a time: a lock between threads, that also the tasks of one thread take in turns. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  objectTypes,
} from "@outlive/core/building"
import { assertAnswered } from "./errors.js"
import { Guard } from "./guard.js"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import type { Waited } from "./waiting.js"
import { FREE, NO } from "./words.js"

/** Holds a mutex for one task. */
export class MutexGuard extends Guard<Mutex> {
  protected override get what(): string {
    return "mutex"
  }

  protected override take({ thread }: Mutex, address: number): number {
    return thread.engine.takeOwned(thread.record, address)
  }

  protected override takePatiently({ thread }: Mutex, address: number): number {
    return thread.engine.spinOwned(thread.record, address)
  }

  protected override waited(mutex: Mutex, address: number, maySleep: boolean): Waited<number> {
    const { thread } = mutex
    return {
      attempt(map) {
        const answer = thread.engine.awaitOwned(thread.record, address, map)
        if (answer !== NO) return answer
        if (maySleep) assertAnswered(mutex, address, "mutex")
        return undefined
      },
      late: () => NO,
      lane: 0,
    }
  }

  protected override give({ thread }: Mutex, address: number): void {
    thread.engine.giveOwned(thread.record, address, FREE, 0)
  }
}

/**
 * A lock that one thread has at a time. The *thread* owns it: when it dies and was reclaimed, the next one that takes the lock is
 * told (`ownerDied`). Tasks of one thread take turns: a promise waits until the others have given it back.
 *
 * Two copies of these packages in one JavaScript thread know nothing of each other: to each, what the other has attached is another thread.
 * To wait, by `lockSync`, for a mutex that is held through the other copy is to wait for ever, and no SELF_DEADLOCK tells it.
 * @example
 * using mutex = Mutex.create(thread)
 * {
 *   using guard = await mutex.lock()
 *   // nobody else is here
 * }
 */
export class Mutex extends SyncHandle {
  protected override get what(): string {
    return "mutex"
  }

  /** A free one. @throws HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat): Mutex {
    return new Mutex(MADE, thread, createSync(thread, objectTypes.Mutex, 0, 0))
  }

  /** The mutex that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Mutex>): Mutex {
    return new Mutex(MADE, thread, openSync(thread, token, "mutex", objectTypes.Mutex))
  }

  /** A guard that holds nothing yet, and can be used again and again: for loops. */
  guard(): MutexGuard {
    return new MutexGuard(this)
  }

  /** Takes it if it can be had at once. @throws FenceError STALE; HeapError DETACHED */
  tryLock(): MutexGuard | undefined {
    const guard = new MutexGuard(this)
    return guard.tryLock() ? guard : undefined
  }

  /** Takes it, and sleeps until it can; undefined when the time was up. @throws OopsError SELF_DEADLOCK when this thread has it; FenceError STALE; HeapError DETACHED; RangeError */
  lockSync(): MutexGuard
  lockSync(options: WaitOptions): MutexGuard | undefined
  lockSync(options?: WaitOptions): MutexGuard | undefined {
    const guard = new MutexGuard(this)
    return guard.lockSync(options) ? guard : undefined
  }

  /**
   * The same as a promise; also after other tasks of this thread. No SELF_DEADLOCK: another task may give it back; if the one that awaits
   * this has it itself, it waits for ever. Rejects with the abort's reason, or what the other throws.
   */
  lock(options?: UntimedWaitOptions): Promise<MutexGuard>
  lock(options: AsyncWaitOptions): Promise<MutexGuard | undefined>
  lock(options?: AsyncWaitOptions): Promise<MutexGuard | undefined> {
    const guard = new MutexGuard(this)
    return guard.lockFor(options, guard, undefined)
  }
}
