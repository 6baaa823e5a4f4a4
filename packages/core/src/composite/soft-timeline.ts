/** Timelines that software counts up: `sw_sync`. */
import {
  Flag,
  ObjectType,
  SoftTimeline as Words,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { wholeNumber } from "../entrance/numbers.js"
import { readWide } from "../entrance/wide.js"
import { text } from "../entrance/words.js"
import { type FenceError, errnoError } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { lackOf } from "../seat/lacking.js"
import { checkName, writeName } from "../name.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import { MADE } from "../seat/made.js"

const LARGEST = 0xffff_ffff

/**
 * A timeline that any thread can count up; its points complete as it passes them: for counters that are waited for, and for tests and
 * simulations. No issuer answers for it: a program that never counts up breaks the promise that fences complete in finite time, and what
 * a thread that died had still to count is for whoever reclaims it.
 * @example
 * using timeline = SoftTimeline.create(thread, "frames")
 * using third = timeline.point(3)
 * timeline.increment(3)
 */
export class SoftTimeline extends ObjectHandle {
  protected override get what(): string {
    return "soft timeline"
  }

  /** A timeline at 0. @throws HeapError FULL, RangeError for a name that is too long */
  static create(thread: Seat, name = "sw_sync"): SoftTimeline {
    assertSeat(thread)
    checkName(text("the name of a soft timeline", name))
    const address = thread.make(lackOf(thread.heap, "objects", "timelines"), () =>
      thread.engine.createSoftTimeline(thread.record),
    )
    writeName(thread.words, thread.heap.word(address + Words.timeline) + TimelineRecord.name, name)
    return new SoftTimeline(MADE, thread, address)
  }

  /** The timeline that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<SoftTimeline>): SoftTimeline {
    return new SoftTimeline(MADE, thread, openObject(thread, token, "soft timeline", ObjectType.SoftTimeline))
  }

  /** Points up to here are complete. May be late. */
  get value(): number {
    return this.thread.heap.word(this.readable + Words.value) >>> 0
  }

  /** Whether it was closed. May be late. */
  get isClosed(): boolean {
    return this.thread.heap.word(this.readable + Words.closed) === 1
  }

  /**
   * The point at this number: the same for all who ask while it is pending; complete at once if the timeline has passed
   * it. Numbers have 32 bits and may wrap. @throws RangeError, FenceError ENOENT when closed, HeapError FULL
   */
  point(seqno: number): Fence {
    const { thread, address } = this
    const { ask, record } = thread
    wholeNumber("point", seqno, 0, LARGEST)
    const point = thread.make("fences", () =>
      thread.told(ask.createPoint(record, address, seqno | 0), (made) => thread.dropFence(Math.max(0, made))),
    )
    if (point < 0) throw closed("make a point of")
    return new Fence(MADE, thread, point)
  }

  /** Counts up, and completes the points that are passed. @throws RangeError, FenceError ENOENT when closed */
  increment(count = 1): void {
    const { thread, address } = this
    wholeNumber("increment", count, 0, LARGEST)
    const done = thread.told(thread.ask.incrementTimeline(thread.record, address, count | 0))
    if (done === 0) throw closed("count up")
  }

  /** When anybody wants this point, in nanoseconds since 1970: the earliest that was said. @throws FenceError ENOENT when nobody has, EINVAL for a fence of another kind */
  deadlineOf(point: Fence): bigint {
    const { engine, heap, record } = this.thread
    void this.readable
    const address = fenceIn(this.thread, point)
    if ((engine.flagsOf(address) & Flag.Soft) === 0)
      throw errnoError("EINVAL", "Cannot tell a deadline: the fence is no point of a soft timeline")
    if (engine.pointDeadline(record, address) === 0)
      throw errnoError("ENOENT", `Cannot tell a deadline: nobody has set one for point ${point.seqno}`)
    return readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
  }

  /** Ends the timeline for all who hold it: its pending points complete with ENOENT. So does the last `drop`. */
  close(): void {
    const { thread, address } = this
    thread.told(thread.ask.closeTimeline(thread.record, address))
  }
}

function closed(what: string): FenceError {
  return errnoError("ENOENT", `Cannot ${what} soft timeline: it is closed`)
}
