/** What a fence depends on: six settings with a name, and switches. */
import { Heap, LIFETIME_NAMES, type LifetimeSwitches, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const INDEPENDENT: LifetimeSwitches = {
  ops: "detach",
  names: "always",
  ask: "locked",
  unload: "grace",
  pins: "keepers",
  locks: "counted",
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(LIFETIME_NAMES)("%s is told by the heap", (lifetime) => {
    const heap = Heap.create({ ...build, lifetime })
    expect(heap.lifetime).toBe(lifetime)
    expect(Heap.open(heap.share()).switches).toEqual(heap.switches)
    expect(heap.check()).toEqual([])
    heap.close()
  })

  test("switches that make a named setting have its name; others are custom", () => {
    expect(Heap.create({ ...build, lifetime: INDEPENDENT }).lifetime).toBe("independent")
    expect(Heap.create({ ...build, lifetime: { ...INDEPENDENT, locks: "dangle" } }).lifetime).toBe("custom")
  })

  test("names-only: a signaled fence has no names, and is dropped into a text that has gone", () => {
    const { heap, thread, module, timeline } = world({ ...build, lifetime: "names-only" })
    const fence = timeline.fence()
    expect(fence.driverName()).toBe("mock driver")
    fence.signal()
    expect([fence.driverName(), fence.timelineName()]).toEqual(["detached-driver", "signaled-timeline"])
    timeline.close()
    module.unload()
    expect(fence.driverName()).toBe("detached-driver")
    expect(() => fence.drop()).toThrow(expect.objectContaining({ code: "DEAD_TEXT" }))
    thread.barrier()
    expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, modules: { inUse: 0 } })
  })

  test("half free: detached, and its lock went with its module", () => {
    const { thread, module, timeline } = world({
      ...build,
      lifetime: { ...INDEPENDENT, locks: "dangle" },
      fenceLock: "external",
    })
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    module.unload()
    thread.barrier()
    expect(fence.driverName()).toBe("detached-driver")
    expect(() => fence.status()).toThrow(expect.objectContaining({ code: "DEAD_LOCK" }))
  })

  test("pinned: every fence keeps its module until it is dropped", () => {
    const { module, timeline, close } = world({ ...build, lifetime: "pinned" })
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    expect(module.tryUnload()).toMatchObject({ code: "IN_USE" })
    expect(fence.driverName()).toBe("mock driver")
    fence.drop()
    close()
  })

  test("unlocked: the issuer is asked without the fence's lock, and a fence that it completes is complete", () => {
    let canLock = 0
    const issuer = defineModule({
      name: "open",
      driverName: "open",
      ops: {
        enableSignaling(fence) {
          // Under the lock this would be a deadlock with itself.
          fence.setError(-5)
          canLock++
          return false
        },
      },
    })
    const heap = Heap.create({ ...build, lifetime: "unlocked" })
    const thread = heap.attach({ name: "main", modules: [issuer] })
    const timeline = thread.load(issuer).timeline("t")
    const [asked, called] = [timeline.fence(), timeline.fence()]
    expect(asked.enableSignaling()).toBe(false)
    expect(called.addCallback(() => {})).toBe("already-signaled")
    expect([asked.status(), called.status(), canLock]).toEqual([-5, -5, 2])
    for (const fence of [asked, called]) fence.drop()
    timeline.close()
    thread.load(issuer).unload()
    thread.barrier()
    expect(heap.check()).toEqual([])
    heap.close()
  })
})

test.each([
  ["bound", 'Cannot use "bound" as lifetime'],
  [{ ...INDEPENDENT, ops: "stay" }, 'Cannot use "stay" as lifetime.ops'],
  [{ ...INDEPENDENT, opps: "keep" }, 'Cannot use "opps" as a switch of lifetime'],
  [{}, "Cannot use undefined as lifetime.ops"],
])("%j is refused", (lifetime, message) => {
  expect(() => Heap.create({ lifetime: lifetime as LifetimeSwitches })).toThrow(message)
})
