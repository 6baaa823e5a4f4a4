/** Timelines that software counts up: `sw_sync`. */
import {
  Flag,
  ObjectType,
  SoftTimeline as Words,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { FenceError, errnoError } from "../errors.js"
import type { Fence } from "../fence/fence.js"
import { wholeNumber } from "../whole-number.js"
import { checkName, writeName } from "../name.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import type { Thread } from "../heap/thread.js"
import { readWide } from "../fence/timeline.js"

const LARGEST = 0xffff_ffff

/**
 * A timeline that any thread can count up; its points complete as it passes them. For tests and simulations: a program
 * that never counts up breaks the promise that fences complete in finite time.
 * @example
 * using timeline = SoftTimeline.create(thread, "frames")
 * using third = timeline.point(3)
 * timeline.increment(3)
 */
export class SoftTimeline extends ObjectHandle {
  protected readonly what = "soft timeline"

  /** A timeline at 0. @throws HeapError FULL, RangeError for a name that is too long */
  static create(thread: Thread, name = "sw_sync"): SoftTimeline {
    checkName(name)
    const attempt = () => thread.engine.createSoftTimeline(thread.record)
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address === 0) {
      const { objects } = thread.heap.accounts()
      throw thread.heap.fullError(objects.inUse === objects.capacity ? "objects" : "timelines")
    }
    writeName(thread.words, thread.heap.word(address + Words.timeline) + TimelineRecord.name, name)
    return new SoftTimeline(thread, address)
  }

  /** The timeline that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): SoftTimeline {
    return new SoftTimeline(thread, openObject(thread, token, "soft timeline", ObjectType.SoftTimeline))
  }

  /** Points up to here are complete. May be late. */
  get value(): number {
    return this.thread.heap.word(this.address + Words.value) >>> 0
  }

  /** Whether it was closed. May be late. */
  get isClosed(): boolean {
    return this.thread.heap.word(this.address + Words.closed) === 1
  }

  /**
   * The point at this number: the same for all who ask while it is pending; complete at once if the timeline has passed
   * it. Numbers have 32 bits and may wrap. @throws RangeError, FenceError ENOENT when closed, HeapError FULL
   */
  point(seqno: number): Fence {
    wholeNumber("point", seqno, 0, LARGEST)
    const { engine, heap, record } = this.thread
    const attempt = () => engine.createPoint(record, this.address, seqno | 0)
    const address = attempt() || this.thread.afterMakingRoom(attempt)
    if (address === 0) throw heap.fullError("fences")
    if (address < 0) throw closed("make a point of")
    return this.thread.handle(address)
  }

  /** Counts up, and completes the points that are passed. @throws RangeError, FenceError ENOENT when closed */
  increment(count = 1): void {
    wholeNumber("increment", count, 0, LARGEST)
    const done = this.thread.engine.incrementTimeline(this.thread.record, this.address, count | 0)
    this.thread.rethrow()
    if (!done) throw closed("count up")
  }

  /** When anybody wants this point, in nanoseconds since 1970: the earliest that was said. @throws FenceError ENOENT when nobody has, EINVAL for a fence of another kind */
  deadlineOf(point: Fence): bigint {
    const { engine, heap, record } = this.thread
    if ((engine.flagsOf(point.address) & Flag.Soft) === 0)
      throw errnoError("EINVAL", "Cannot tell a deadline: the fence is no point of a soft timeline")
    if (engine.pointDeadline(record, point.address) === 0)
      throw errnoError("ENOENT", `Cannot tell a deadline: nobody has set one for point ${point.seqno}`)
    return readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
  }

  /** Ends the timeline for all who hold it: its pending points complete with ENOENT. So does the last `drop`. */
  close(): void {
    this.thread.engine.closeTimeline(this.thread.record, this.address)
    this.thread.rethrow()
  }
}

function closed(what: string): FenceError {
  return errnoError("ENOENT", `Cannot ${what} soft timeline: it is closed`)
}
