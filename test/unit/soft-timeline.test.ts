/** Points of soft timelines: they go with their last holder, and need their timeline no longer than it lasts. */
import { SoftTimeline } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { Random } from "@outlive/workers"
import { BUILDS, world } from "./world.js"

const SEED = 20_261_126

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a pending point goes with its last reference, wherever it stands", () => {
    const w = world({ ...build, fences: 32 })
    const timeline = SoftTimeline.create(w.thread)
    const random = new Random(SEED)
    const held = new Map<number, ReturnType<SoftTimeline["point"]>>()
    for (let i = 0; i < 2_000; i++) {
      const seqno = 1 + random.below(12)
      if (held.get(seqno) === undefined) held.set(seqno, timeline.point(seqno))
      else {
        held.get(seqno)!.drop()
        held.delete(seqno)
      }
    }
    timeline.increment(12)
    for (const point of held.values()) {
      expect(point.status()).toBe(1)
      point.drop()
    }
    timeline.drop()
    w.close()
    expect(w.heap.accounts().objects.inUse).toBe(0)
  })

  test("whoever asks for a number gets the one point while somebody holds it, and afterwards another", () => {
    const w = world(build)
    const timeline = SoftTimeline.create(w.thread)
    const [first, again] = [timeline.point(3), timeline.point(3)]
    expect(again.address).toBe(first.address)
    first.drop()
    again.drop()
    const [before, later, after] = [timeline.point(2), timeline.point(3), timeline.point(4)]
    timeline.increment(3)
    expect([before.status(), later.status(), after.status()]).toEqual([1, 1, 0])
    for (const handle of [before, later, after, timeline]) handle.drop()
    w.close()
  })

  test("of two timelines, and in a heap whose fences are bound to their issuers: a point outlives its timeline", () => {
    for (const lifetime of ["independent", "issuer-bound"] as const) {
      const w = world({ ...build, lifetime, timelines: 8 })
      const [timeline, other] = [SoftTimeline.create(w.thread), SoftTimeline.create(w.thread)]
      const points = [timeline.point(1), timeline.point(2), other.point(1)]
      timeline.drop()
      w.thread.barrier()
      const later = SoftTimeline.create(w.thread)
      expect(points.map((point) => point.status())).toEqual([-2, -2, 0])
      for (const handle of [...points, other, later]) handle.drop()
      w.close()
    }
  })

  test("a callback on a point that everybody drops is told so, and the timeline goes on", () => {
    const w = world(build)
    const timeline = SoftTimeline.create(w.thread)
    const point = timeline.point(1)
    const counter = point.addCounter(0)
    point.drop()
    expect(w.thread.engine.readCell(w.heap.cell(0))).toBe(1)
    expect(w.warnings.map(({ kind }) => kind)).toContain("released-pending")
    timeline.increment(1)
    if (counter !== "already-signaled") void counter
    timeline.drop()
    w.thread.barrier()
  })
})
