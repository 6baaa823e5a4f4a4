/**
 * sw_sync: a process counts, and its points complete as it passes them. Code of the core, which never goes: so nothing of it can
 * dangle, under any lifetime. What can go is the timeline of a process that leaves: then its points end with an error.
 */
import { type Fence, SoftTimeline, defineModule } from "@outlive/core"
import { DriverCode } from "../driver-code.js"
import type { FenceType } from "../fence-type.js"

const ENOENT = -2
/** A point is at most so far ahead. */
const AHEAD = 4

const OUT_OF_ORDER = "A point is complete if and only if the count has passed it."
const TWO_POINTS = "Whoever asks for a pending point again is given the same fence."
const NO_ERROR = "What is pending at the end of a timeline fails with ENOENT; what was passed does not."

export const swSync: FenceType = {
  driver: "soft",
  name: "sw_sync",
  about: "points of a counter in software: code of the core, which never goes",
  mustHold: [OUT_OF_ORDER, TWO_POINTS, NO_ERROR],
  controls: { [OUT_OF_ORDER]: "undue", [TWO_POINTS]: "no-lookup", [NO_ERROR]: "no-error" },
  survives: true,
  faults: {
    undue: "the timeline counts one more than it is told: a point is complete before its process has counted so far",
    "no-lookup": "nobody looks for a point that is pending: whoever asks for it again is given another",
    "no-error": "the end counts past what is pending, and completes it",
    "never-counted": "a process waits for a point and does not count: what the kernel taints itself for",
  },
  cannot: { layered: "no job: the process counts, nothing is run" },
  cells: 0,
  module: () => defineModule({ name: "soft sw_sync", driverName: "sw_sync" }),
  device: () => false,
  bind: (desk) => new SwSync(desk),
}

class SwSync extends DriverCode {
  #timeline: SoftTimeline | undefined
  /** What the process has counted. */
  #counted = 0
  /** Points of the open file, in order. */
  #points: Fence[] = []

  override open(): void {
    this.#timeline = SoftTimeline.create(this.thread, "sw_sync: a process")
    this.#counted = 0
  }

  issue(): Fence | undefined {
    const { random } = this.desk
    if (random.oneIn(2)) this.#count()
    const seqno = this.#counted + 1 + random.below(AHEAD)
    const point = this.#timeline!.point(seqno)
    this.#points.push(point.addRef())
    this.#ask(point)
    this.#askAgain(point, seqno)
    if (this.desk.hasFault("never-counted"))
      this.desk.waitFor("a process does not count, and waits", () => point.hasSignaled())
    return point
  }

  #count(): void {
    const count = 1 + this.desk.random.below(AHEAD)
    this.#counted += count
    this.#timeline!.increment(this.desk.hasFault("undue") ? count + 1 : count)
    for (const point of this.#points) this.#ask(point)
  }

  #ask(point: Fence): void {
    const isPassed = Number(point.seqno) <= this.#counted
    if (point.hasSignaled() !== isPassed) this.desk.tell("wrong", OUT_OF_ORDER)
  }

  /** The same while it is pending, for all who ask. */
  #askAgain(point: Fence, seqno: number): void {
    using again = this.#lookUp(seqno)
    if (point.hasSignaled()) return
    if (again.address !== point.address) this.desk.tell("wrong", TWO_POINTS)
  }

  /** The point of this timeline that is there; or another, which is on a timeline of its own. */
  #lookUp(seqno: number): Fence {
    if (!this.desk.hasFault("no-lookup")) return this.#timeline!.point(seqno)
    using other = SoftTimeline.create(this.thread, "sw_sync: the same process")
    return other.point(seqno)
  }

  /** The process leaves: whatever it has not passed fails. */
  override close(): void {
    const timeline = this.#timeline!
    const wasPassed = this.#points.map((point) => point.hasSignaled())
    if (this.desk.hasFault("no-error")) timeline.increment(AHEAD)
    if (this.desk.random.oneIn(2)) timeline.close()
    timeline.drop()
    for (const [at, point] of this.#points.splice(0).entries()) {
      if (point.status() !== (wasPassed[at] ? 1 : ENOENT)) this.desk.tell("wrong", NO_ERROR)
      point.drop()
    }
  }
}
