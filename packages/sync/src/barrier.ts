/** All arrive before one goes on; and again. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type WaitOptions,
  objectTypes,
  promised,
  wholeNumber,
} from "@outlive/core/building"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { LIMIT, MOST_PARTIES } from "./words.js"

/** `last`: the one that let the others go: one of each turn. */
export type BarrierOutcome = "last" | "released" | "timed-out"

/**
 * Where so many parties wait for each other, turn after turn. A party that gives up (time-out, abort) takes its arrival back. One
 * that dies after it arrived has arrived; for one that died before, whoever reclaims it does `arrive()`.
 * @example
 * using phase = Barrier.create(thread, 4)
 * for (const step of steps) {
 *   step.run()
 *   phase.waitSync()
 * }
 */
export class Barrier extends SyncHandle {
  protected override get what(): string {
    return "barrier"
  }

  /** One for 1 to 4,095 parties. @throws RangeError; HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat, parties: number): Barrier {
    wholeNumber("the parties of a barrier", parties, 1, MOST_PARTIES)
    return new Barrier(MADE, thread, createSync(thread, objectTypes.Barrier, 0, parties))
  }

  /** The barrier that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Barrier>): Barrier {
    return new Barrier(MADE, thread, openSync(thread, token, "barrier", objectTypes.Barrier))
  }

  /** Arrives, and does not wait: "last" if that let the others go. @throws FenceError STALE; HeapError DETACHED */
  arrive(): "last" | "arrived" {
    return this.thread.engine.arriveAt(this.usable) < 0 ? "last" : "arrived"
  }

  /** Arrives, and sleeps until all have. @throws FenceError STALE; HeapError DETACHED; RangeError */
  waitSync(options?: WaitOptions): BarrierOutcome {
    const limit = limitOf(options)
    const turn = this.thread.engine.arriveAt(this.usable)
    return turn < 0 ? "last" : waitSync(this, this.#waited(turn), limit)
  }

  /** The same as a promise. Rejects with the abort's reason, or what the other throws. */
  wait(options?: AsyncWaitOptions): Promise<BarrierOutcome> {
    return promised(() => {
      const bounds = boundsOf(options)
      const turn = this.thread.engine.arriveAt(this.usable)
      if (turn < 0) return Promise.resolve("last" as const)
      const waited = this.#waited(turn)
      // What ends the wait too late to take the arrival back does not end it: it was released.
      return waitAsync(this, waited, bounds).catch((error: unknown) => {
        if (waited.isReleased) return "released" as const
        throw error
      })
    })
  }

  #waited(turn: number): Waited<BarrierOutcome> & { isReleased: boolean } {
    const { thread, address } = this
    const { engine } = thread
    // Of a turn: one for each that may have arrived, above the flag.
    const values = thread.heap.word(address + LIMIT) << 1
    return {
      isReleased: false,
      attempt: (map) => (engine.awaitChange(thread.record, address, turn, values, map) === 1 ? "released" : undefined),
      spin: () => (engine.spinChange(address, turn, values) === 1 ? "released" : undefined),
      late: () => (engine.withdrawFrom(address, turn) === 1 ? "timed-out" : "released"),
      abandon() {
        this.isReleased = engine.withdrawFrom(address, turn) === 0
      },
    }
  }
}
