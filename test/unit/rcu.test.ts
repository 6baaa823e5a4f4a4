import { Heap } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("the epoch does not pass a reader twice, and does once it has left", () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 3 })
    const [reader, writer] = [heap.attach({ name: "reader" }), heap.attach({ name: "writer" })]
    reader.engine.readLock(reader.record)
    const moved = Array.from({ length: 4 }, () => writer.engine.tryAdvance())
    expect(moved.filter(Boolean).length).toBeLessThanOrEqual(1)
    expect(writer.engine.stalledReader()).toBe(reader.record)
    reader.engine.readUnlock(reader.record)
    expect(writer.engine.stalledReader()).toBe(0)
    writer.synchronize()
  })

  test("sections nest: only the outermost end counts", () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 3 })
    const [reader, writer] = [heap.attach(), heap.attach()]
    reader.read(() => {
      reader.read(() => {})
      expect([writer.engine.tryAdvance(), writer.engine.tryAdvance()]).not.toEqual([1, 1])
    })
    writer.synchronize()
  })

  test("what a reader is looking at is not given back before it has left", () => {
    const { heap, thread, timeline, close } = world({ ...build, fences: 16 })
    const reader = heap.attach({ name: "reader" })
    const fence = timeline.fence()
    const { address } = fence
    const token = fence.share()
    reader.engine.readLock(reader.record)
    fence.signal()
    fence.drop()
    for (let i = 0; i < 50; i++) thread.engine.collect(thread.record)
    expect(heap.words[address >> 2], "the generation of the record").toBe(token.generation)
    reader.engine.readUnlock(reader.record)
    thread.barrier()
    expect(heap.words[address >> 2]! & 1).toBe(0)
    reader.detach()
    close()
  })

  test("deferred functions run after a grace period, in the thread that deferred them", async () => {
    const { heap, thread, close } = world(build)
    const reader = heap.attach()
    const calls: string[] = []
    reader.engine.readLock(reader.record)
    thread.defer(() => calls.push("deferred"))
    for (let i = 0; i < 10; i++) thread.engine.collectAll(thread.record)
    thread.deliver()
    expect(calls).toEqual([])
    reader.engine.readUnlock(reader.record)
    thread.barrier()
    expect(calls).toEqual(["deferred"])
    reader.detach()
    close()
  })

  test("a barrier also deals with what idle threads have retired", () => {
    const { heap, thread, timeline, close } = world(build)
    const idle = heap.attach({ name: "idle" })
    const theirs = idle.open(timeline.fence().share())
    thread.engine.dropRef(thread.record, theirs.address)
    theirs.signal()
    theirs.drop()
    thread.barrier()
    expect(heap.accounts().fences.inUse).toBe(0)
    idle.detach()
    close()
  })

  test("a reader that holds up a grace period is named", () => {
    const { heap, thread, warnings, close } = world({ ...build, stallWarningMs: 5 })
    const reader = heap.attach({ name: "slowcoach" })
    reader.engine.readLock(reader.record)
    // There is only one thread here, and it is waiting: the warning itself lets the reader go.
    const push = warnings.push.bind(warnings)
    warnings.push = (...items) => {
      reader.engine.readUnlock(reader.record)
      return push(...items)
    }
    thread.synchronize()
    expect(warnings[0]).toMatchObject({ kind: "rcu-stall", thread: "slowcoach" })
    reader.detach()
    close()
  })
})
