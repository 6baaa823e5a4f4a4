/** Done by one, once, while the others wait. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type WaitOptions,
  callable,
  objectTypes,
  overBy,
  synchronous,
} from "@outlive/core/building"
import { assertAnswered } from "./errors.js"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { DONE, FREE, NO, OWNER_DIED, WAS_DONE, WORD } from "./words.js"

/** `ran`: by this call; `done`: by another, before. */
export type OnceOutcome = "ran" | "done" | "timed-out"

/** What the one is told that does it. */
export interface OnceAttempt {
  /** One that began it before has died with it: what it made may be half made. */
  readonly ownerDied: boolean
}

/**
 * Something that is to be done once, by whichever thread comes first. If it throws, or its thread dies and was reclaimed, the next
 * one does it.
 * @example
 * using tables = Once.create(thread)
 * tables.runSync(() => fillTables()) // in each thread: one fills them, the others wait for that
 */
export class Once extends SyncHandle {
  protected override get what(): string {
    return "once"
  }

  /** @throws HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat): Once {
    return new Once(MADE, thread, createSync(thread, objectTypes.Once, 0, 0))
  }

  /** The one that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Once>): Once {
    return new Once(MADE, thread, openSync(thread, token, "once", objectTypes.Once))
  }

  /** Whether it was done. May be late; once true, it stays so. @throws FenceError STALE; HeapError DETACHED */
  get isDone(): boolean {
    return this.thread.engine.readCell(this.address + WORD) === DONE
  }

  /**
   * Does it, or sleeps until another has. @throws what the body throws; OopsError SELF_DEADLOCK when this thread is doing it;
   * FenceError STALE; HeapError DETACHED; TypeError, RangeError
   */
  runSync(body: (attempt: OnceAttempt) => void, options?: WaitOptions): OnceOutcome {
    synchronous("what is done once", body)
    const limit = limitOf(options)
    const { thread } = this
    const address = this.use()
    try {
      const first = thread.engine.spinOwned(thread.record, address)
      const answer = first === NO ? waitSync(this, this.#waited(address, true), limit) : first
      if (answer === NO) return "timed-out"
      if (answer === WAS_DONE) return "done"
      let isDone = false
      try {
        overBy("what is done once", body({ ownerDied: answer === OWNER_DIED }))
        isDone = true
      } finally {
        this.#give(address, isDone)
      }
      return "ran"
    } finally {
      this.endUse()
    }
  }

  /**
   * The same as a promise, of what may take longer. No SELF_DEADLOCK: a body that awaits this waits for ever. Rejects with the abort's
   * reason; an abort does not reach a body that has begun.
   */
  async run(body: (attempt: OnceAttempt) => void | Promise<void>, options?: AsyncWaitOptions): Promise<OnceOutcome> {
    callable("what is done once", body)
    const bounds = boundsOf(options)
    const { thread } = this
    const address = this.use()
    try {
      const first = thread.engine.takeOwned(thread.record, address)
      const answer = first === NO ? await waitAsync(this, this.#waited(address, false), bounds) : first
      if (answer === NO) return "timed-out"
      if (answer === WAS_DONE) return "done"
      let isDone = false
      try {
        await body({ ownerDied: answer === OWNER_DIED })
        isDone = true
      } finally {
        this.#give(address, isDone)
      }
      return "ran"
    } finally {
      this.endUse()
    }
  }

  #waited(address: number, maySleep: boolean): Waited<number> {
    const { thread } = this
    return {
      attempt: (map) => {
        const answer = thread.engine.awaitOwned(thread.record, address, map)
        if (answer !== NO) return answer
        if (maySleep) assertAnswered(this, address, "once")
        return undefined
      },
      late: () => NO,
      lane: 0,
    }
  }

  #give(address: number, isDone: boolean): void {
    const { thread } = this
    thread.engine.giveOwned(thread.record, address, isDone ? DONE : FREE, isDone ? 1 : 0)
  }
}
