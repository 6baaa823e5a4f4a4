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
  survives: true,
  faults: {
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
  /** Points of the open file, in order, with what they must become. */
  #points: Fence[] = []

  override open(): void {
    this.#timeline = SoftTimeline.create(this.thread, "sw_sync: a process")
  }

  issue(): Fence | undefined {
    const { random } = this.desk
    const timeline = this.#timeline!
    if (random.oneIn(2)) this.#count()
    const seqno = timeline.value + 1 + random.below(AHEAD)
    const point = timeline.point(seqno)
    this.#points.push(point.addRef())
    this.#askAgain(point, seqno)
    if (this.desk.hasFault("never-counted"))
      this.desk.waitFor("a process does not count, and waits", () => point.hasSignaled())
    return point
  }

  #count(): void {
    const timeline = this.#timeline!
    timeline.increment(1 + this.desk.random.below(AHEAD))
    for (const point of this.#points) {
      const isPassed = Number(point.seqno) <= timeline.value
      if (point.hasSignaled() !== isPassed) this.desk.tell("wrong", OUT_OF_ORDER)
    }
  }

  /** The same while it is pending, for all who ask. */
  #askAgain(point: Fence, seqno: number): void {
    using again = this.#timeline!.point(seqno)
    if (again.address !== point.address) this.desk.tell("wrong", TWO_POINTS)
  }

  /** The process leaves: whatever it has not passed fails. */
  override close(): void {
    const timeline = this.#timeline!
    const { value } = timeline
    if (this.desk.random.oneIn(2)) timeline.close()
    timeline.drop()
    for (const point of this.#points.splice(0)) {
      const isPassed = Number(point.seqno) <= value
      if (point.status() !== (isPassed ? 1 : ENOENT)) this.desk.tell("wrong", NO_ERROR)
      point.drop()
    }
  }
}
