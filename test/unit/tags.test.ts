/** What is held for so long that a number which names one life of something, or one turn, names another: nobody takes it for that one. */
import { Heap, type Work, defineModule } from "@outlive/core"
import { type EngineFactory, layout } from "@outlive/core/engine-js"
import { Barrier } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS } from "./world.js"

type Build = (typeof BUILDS)[number]

/** As in `tag.ts`. */
const LIVES = 32

/** A module that comes and goes in one record, with a timeline that does. */
function scene(build: Build, lifetime: "independent" | "issuer-bound", factory?: EngineFactory) {
  const substitute = factory && { substitute: { factory } }
  const heap = Heap.create({ ...build, ...substitute, lifetime, fences: 64, threads: 2, modules: 1, timelines: 1 })
  const mock = defineModule({ name: "mock", driverName: "mock driver", ops: {} })
  const thread = heap.attach({ modules: [mock] })
  const load = (slab: boolean) => {
    const module = thread.load(mock)
    return { module, timeline: module.timeline("mock timeline", { slab }) }
  }
  const unload = ({ module, timeline }: ReturnType<typeof load>, evenIfPending = false) => {
    timeline.close()
    module.unload(evenIfPending ? { evenIfPending } : {})
    thread.barrier()
  }
  /** Until the records are in a life whose tag is that of the first. */
  const repeat = () => {
    for (let life = 1; life < LIVES; life++) unload(load(true))
  }
  return { heap, thread, load, unload, repeat }
}

/** A fence is held that was made when its pointer meant another timeline than it does now. */
function holdLong(build: Build, factory?: EngineFactory) {
  const { heap, thread, load, unload, repeat } = scene(build, "independent", factory)
  const first = load(false)
  const held = first.timeline.fence()
  const timeline = heap.word(held.address + layout.Fence.timeline)
  held.signal()
  unload(first)
  repeat()
  const last = load(true)
  const fence = last.timeline.fence()
  expect(heap.word(fence.address + layout.Fence.timeline)).toBe(timeline)
  fence.signal()
  fence.drop()
  thread.barrier()
  unload(last)
  held.drop()
  expect(heap.check()).toEqual([])
  thread.detach()
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a slab is empty although a fence is held that was made when its pointer meant another", () => holdLong(build))

  test("an issuer is told of no pending fences but its own, and goes", () => {
    const { heap, thread, load, unload, repeat } = scene(build, "issuer-bound")
    const first = load(false)
    const forgotten = first.timeline.fence()
    unload(first, true)
    repeat()
    const last = load(false)
    const own = last.timeline.fence()
    expect(heap.word(own.address + layout.Fence.timeline)).toBe(heap.word(forgotten.address + layout.Fence.timeline))
    expect(last.module.pending).toBe(1)
    expect(last.timeline.kill(-125)).toBe(1)
    expect([own.status(), forgotten.hasSignaled()]).toEqual([-125, false])
    own.drop()
    unload(last)
    expect(last.module.state).toBe("gone")
    thread.detach()
  })

  test("a work that discarded itself does not end the run of another that has its token", () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 2, records: 1 })
    let next: Work | undefined
    const gpu = defineModule({ name: "gpu", driverName: "gpu", works: { once: (work) => discardItself(work) } })
    const [issuer, server] = ["issuer", "server"].map((name) => heap.attach({ name, modules: [gpu] }))
    const module = issuer!.load(gpu)
    const first = module.work("once")
    function discardItself(work: Work) {
      work.discard()
      for (let life = 1; life < LIVES; life++) module.work("once").discard()
      next = module.work("once")
      next.queue()
      // Another thread begins to run it.
      expect(server!.engine.claimWork(server!.record, next.token, 0)).toBe(1)
    }
    first.queue()
    expect(issuer!.runWorks()).toBe(1)
    expect(next?.token).toBe(first.token)
    expect(next!.state.isRunning).toBe(true)
    expect(() => next!.discard()).toThrow("runs it")
    server!.engine.finishWork(server!.record, next!.token, 0)
    expect(next!.state.isRunning).toBe(false)
    next!.discard()
    expect(heap.check()).toEqual([])
  })

  test("whoever was let go by a barrier is, however many turns it did not look", async () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 2 })
    const thread = heap.attach()
    const barrier = Barrier.create(thread, 2)
    const waits = barrier.wait({ timeoutMs: 100 })
    // A turn more than its number had bits for.
    for (let arrivals = 1; arrivals < 2 * 2 ** 18; arrivals++) barrier.arrive()
    expect(await waits).toBe("released")
    expect([barrier.arrive(), barrier.arrive()]).toEqual(["arrived", "last"])
    expect(heap.check()).toEqual([])
    barrier.drop()
    thread.detach()
  })
})

test("is noticed: a fence is its timeline's by a pointer alone", async () => {
  const twin = await buildTwin({
    id: "TG1",
    sentence: "a fence is its timeline's by a pointer alone",
    file: "membership.ts",
    from: "    peek(fence + Fence.contextLo) == peek(timeline + Timeline.contextLo)\n",
    to: "    peek(timeline + Timeline.contextLo) != 0\n",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    expect(() => holdLong({ engine: "js", flavour: "checked" }, instantiate)).toThrow(/slab/)
  } finally {
    twin.remove()
  }
})
