/** Opens once, when it has been counted down. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  objectTypes,
  promised,
  wholeNumber,
} from "@outlive/core/building"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { CHANGES, MOST_COUNT, ONE_VALUE, WORD } from "./words.js"

export type LatchOutcome = "open" | "timed-out"

/**
 * A count that threads bring to zero, once, and that others wait for. Nobody owns a part of it: for a thread that died before it
 * counted, whoever reclaims it counts.
 * @example
 * using loaded = Latch.create(thread, workers.length)
 * for (const worker of workers) worker.postMessage(loaded.share()) // each does loaded.countDown()
 * await loaded.wait()
 */
export class Latch extends SyncHandle {
  protected override get what(): string {
    return "latch"
  }

  /** One that opens after so many. @throws RangeError; HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat, count: number): Latch {
    wholeNumber("the count of a latch", count, 0, MOST_COUNT)
    return new Latch(MADE, thread, createSync(thread, objectTypes.Latch, count << 1, 0))
  }

  /** The latch that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Latch>): Latch {
    return new Latch(MADE, thread, openSync(thread, token, "latch", objectTypes.Latch))
  }

  /** How many are missing. May be late. @throws FenceError STALE; HeapError DETACHED */
  get left(): number {
    return this.thread.engine.readCell(this.usable + WORD) >> 1
  }

  /** Counts down, and not below zero: how many are missing. @throws RangeError; FenceError STALE; HeapError DETACHED */
  countDown(by = 1): number {
    return this.thread.engine.countDown(this.usable, wholeNumber("a count", by, 1, MOST_COUNT))
  }

  /** Sleeps until the count is zero. @throws FenceError STALE; HeapError DETACHED; RangeError */
  waitSync(options?: WaitOptions): LatchOutcome {
    const limit = limitOf(options)
    return this.left === 0 ? "open" : waitSync(this, this.#waited(), limit)
  }

  /** The same as a promise. Rejects with the abort's reason, or what the other throws. */
  wait(options?: UntimedWaitOptions): Promise<"open">
  wait(options: AsyncWaitOptions): Promise<LatchOutcome>
  wait(options?: AsyncWaitOptions): Promise<LatchOutcome> {
    return promised(() => {
      const bounds = boundsOf(options)
      return this.left === 0 ? Promise.resolve("open" as const) : waitAsync(this, this.#waited(), bounds)
    })
  }

  #waited(): Waited<LatchOutcome> {
    const { thread, address } = this
    const { engine } = thread
    return {
      attempt(map) {
        for (;;) {
          const since = engine.readCell(address + WORD) & CHANGES
          if (since === 0) return "open"
          if (engine.awaitChange(thread.record, address, since, ONE_VALUE, map) === 0) return undefined
        }
      },
      late: () => "timed-out",
    }
  }
}
