/** Something has come about: set by one thread, waited for by others. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  objectTypes,
  oneOf,
  optionsOf,
  promised,
  trueOrFalse,
} from "@outlive/core/building"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { CHANGES, EVENT_SET, LIMIT, ONE_VALUE, WORD } from "./words.js"

/** Whom a `set` releases: all that wait, until `reset`; or one, and resets itself. */
export type EventMode = "manual" | "auto"

export interface EventOptions {
  /** Default "manual". */
  readonly mode?: EventMode
  /** Whether it is set at first. Default false. */
  readonly set?: boolean
}

export type EventOutcome = "set" | "timed-out"

/** In `SyncObject.limit`: of a manual event none, of an automatic one the one permit. */
const AUTO = 1

/**
 * A switch that threads wait for. A manual one stays set until `reset`, and releases everybody that waited when it was set, though it
 * be reset at once. An automatic one releases one waiter for each `set`; while nobody waits it stays set, once.
 * @example
 * using ready = Event.create(thread)
 * worker.postMessage(ready.share()) // the worker does ready.set()
 * await ready.wait({ timeoutMs: 1000 })
 */
export class Event extends SyncHandle {
  readonly mode: EventMode

  private constructor(key: typeof MADE, thread: Seat, address: number) {
    super(key, thread, address)
    this.mode = thread.heap.word(address + LIMIT) === AUTO ? "auto" : "manual"
  }

  protected override get what(): string {
    return "event"
  }

  /** @throws TypeError; HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat, options: EventOptions = {}): Event {
    const { mode = "manual", set = false } = optionsOf("an event", options)
    oneOf("mode", mode, ["manual", "auto"])
    trueOrFalse("set", set)
    return new Event(
      MADE,
      thread,
      createSync(thread, objectTypes.Event, set ? EVENT_SET : 0, mode === "auto" ? AUTO : 0),
    )
  }

  /** The event that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Event>): Event {
    return new Event(MADE, thread, openSync(thread, token, "event", objectTypes.Event))
  }

  /** Whether it is set. May be late. @throws FenceError STALE; HeapError DETACHED */
  get isSet(): boolean {
    return (this.thread.engine.readCell(this.address + WORD) & EVENT_SET) !== 0
  }

  /** Sets it: whether it was not set before. @throws FenceError STALE; HeapError DETACHED */
  set(): boolean {
    const { engine } = this.thread
    return (this.mode === "auto" ? engine.givePermits(this.usable, 1) : engine.setEvent(this.usable)) === 1
  }

  /** Takes it back: whether it was set. @throws FenceError STALE; HeapError DETACHED */
  reset(): boolean {
    const { engine } = this.thread
    return (this.mode === "auto" ? engine.takePermits(this.usable, 1) : engine.resetEvent(this.usable)) === 1
  }

  /** Sleeps until it is set; an automatic one is reset by that. @throws FenceError STALE; HeapError DETACHED; RangeError */
  waitSync(options?: WaitOptions): EventOutcome {
    const limit = limitOf(options)
    return this.#isOver() ? "set" : waitSync(this, this.#waited(), limit)
  }

  /** The same as a promise. Rejects with the abort's reason, or what the other throws. */
  wait(options?: UntimedWaitOptions): Promise<"set">
  wait(options: AsyncWaitOptions): Promise<EventOutcome>
  wait(options?: AsyncWaitOptions): Promise<EventOutcome> {
    return promised(() => {
      const bounds = boundsOf(options)
      return this.#isOver() ? Promise.resolve("set" as const) : waitAsync(this, this.#waited(), bounds)
    })
  }

  #isOver(): boolean {
    const { engine } = this.thread
    return this.mode === "auto" ? engine.takePermits(this.usable, 1) === 1 : this.isSet
  }

  #waited(): Waited<EventOutcome> {
    const { thread, address, mode } = this
    const { engine } = thread
    const late = () => "timed-out" as const
    if (mode === "auto")
      return {
        attempt: (map) => (engine.awaitPermits(thread.record, address, 1, map) === 1 ? "set" : undefined),
        spin: () => (engine.spinPermits(address, 1) === 1 ? "set" : undefined),
        late,
        isCounted: true,
        lane: 0,
      }
    const since = engine.readCell(address + WORD) & CHANGES
    const wasSet = (since & EVENT_SET) !== 0
    return {
      attempt: (map) =>
        wasSet || engine.awaitChange(thread.record, address, since, ONE_VALUE, map) === 1 ? "set" : undefined,
      spin: () => (engine.spinChange(address, since, ONE_VALUE) === 1 ? "set" : undefined),
      late,
    }
  }
}
