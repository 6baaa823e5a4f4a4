/** FULL names the option that is too small, also where something needs records of several kinds. */
import { FenceChain, Heap, type HeapOptions, Scheduler, SoftTimeline, Syncobj, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

const gpu = defineModule({ name: "gpu", driverName: "gpu" })

function crowded(sizes: HeapOptions) {
  const heap = Heap.create({ fences: 64, ...sizes, threads: 1 })
  const thread = heap.attach({ modules: [gpu] })
  const timeline = thread.load(gpu).timeline("t")
  return { heap, thread, timeline }
}

describe.each(BUILDS)("$engine $flavour", ({ engine, flavour }) => {
  const full = (kind: string) =>
    expect.objectContaining({
      code: "FULL",
      message: expect.stringMatching(`^Heap is full: \\d+ of \\d+ ${kind} in use`) as string,
    })
  const build = { engine, flavour }

  test("no fence is left for a chain, a point, or a signaled point", () => {
    const { thread, timeline } = crowded({ ...build, fences: 4 })
    const [fence] = Array.from({ length: 4 }, () => timeline.fence())
    const syncobj = Syncobj.create(thread)
    expect(() => FenceChain.create(thread, { fence: fence!, seqno: 1n })).toThrow(full("fences"))
    expect(() => syncobj.addPoint(1n, fence!)).toThrow(full("fences"))
    expect(() => syncobj.signal(1n)).toThrow(full("fences"))
  })

  test("no container is left for a job, or a chain", () => {
    const { thread, timeline } = crowded({ ...build, containers: 1 })
    const fence = timeline.fence()
    const entity = Scheduler.create(thread).entity()
    FenceChain.create(thread, { fence, seqno: 1n })
    expect(() => entity.submit()).toThrow(full("containers"))
    expect(() => FenceChain.create(thread, { fence, seqno: 2n })).toThrow(full("containers"))
  })

  test("no timeline is left for a soft timeline", () => {
    const { thread } = crowded({ ...build, timelines: 1 })
    expect(() => SoftTimeline.create(thread)).toThrow(full("timelines"))
  })
})
