/** What lives long uses no more records than what is in flight: timelines that nobody reads, frames, clients that come and go. */
import { type Fence, type Heap, Syncobj, defineModule } from "@outlive/core"
import { describe, expect, it } from "vitest"
import { world } from "./world.js"
import { forCiUnless } from "../prove.js"

const BUILDS = [
  { engine: "wasm", flavour: "release", scale: 1 },
  { engine: "js", flavour: "release", scale: 0.2 },
  { engine: "wasm", flavour: "checked", scale: 0.1 },
  { engine: "js", flavour: "checked", scale: 0.02 },
] as const
const TIMEOUT_MS = 600_000

/** The most records of each kind that were in use, when it was asked. */
function highest() {
  const most: Record<string, number> = {}
  return {
    most,
    look(heap: Heap) {
      const { fences, callbacks, containers, objects, timelines, modules } = heap.accounts()
      for (const [kind, { inUse }] of Object.entries({ fences, callbacks, containers, objects, timelines, modules }))
        most[kind] = Math.max(most[kind] ?? 0, inUse)
    },
  }
}

describe.each(BUILDS)("$engine $flavour", ({ scale, ...build }) => {
  const count = (n: number) => Math.ceil(n * scale)

  it(
    "a timeline with eight points in flight, which nobody queries",
    { timeout: TIMEOUT_MS, ...forCiUnless(build.flavour === "checked") },
    () => {
      const w = world({ ...build, fences: 512, containers: 256 })
      const syncobj = Syncobj.create(w.thread)
      const inFlight: Fence[] = []
      const points = count(1_000_000)
      const { most, look } = highest()
      for (let point = 1; point <= points; point++) {
        const fence = w.timeline.fence()
        syncobj.addPoint(BigInt(point), fence)
        inFlight.push(fence)
        if (inFlight.length > 8) {
          const done = inFlight.shift()!
          done.signal()
          done.drop()
        }
        if (point % 256 === 0) look(w.heap)
      }
      // Eight in flight, and what waits for its grace period; not what was submitted.
      expect(most["fences"]).toBeLessThanOrEqual(400)
      expect(most["containers"]).toBeLessThanOrEqual(200)
      for (const fence of inFlight) {
        fence.signal()
        fence.drop()
      }
      expect(syncobj.query()).toBe(BigInt(points))
      syncobj.drop()
      w.close()
    },
  )

  it("a compositor's frames, each with its points to acquire and to release", { timeout: TIMEOUT_MS }, () => {
    const w = world({ ...build, fences: 512, containers: 256 })
    const [acquire, release] = [Syncobj.create(w.thread), Syncobj.create(w.thread)]
    const { most, look } = highest()
    for (let frame = 1; frame <= count(100_000); frame++) {
      const point = BigInt(frame)
      const rendered = w.timeline.fence()
      acquire.addPoint(point, rendered)
      // The client has committed: the compositor waits for the frame, scans it out, and gives the buffer back.
      rendered.signal()
      Syncobj.waitSync([{ syncobj: acquire, point }], { timeoutMs: 1_000 })
      const shown = w.timeline.fence()
      release.addPoint(point, shown)
      shown.signal()
      Syncobj.waitSync([{ syncobj: release, point }], { timeoutMs: 1_000 })
      rendered.drop()
      shown.drop()
      if (frame % 64 === 0) look(w.heap)
    }
    expect(most["fences"]).toBeLessThanOrEqual(400)
    expect(most["objects"]).toBe(2)
    acquire.drop()
    release.drop()
    w.close()
  })

  it("clients that come, use a timeline of their own, and go", { timeout: TIMEOUT_MS }, () => {
    const w = world({ ...build, fences: 256, objects: 16, containers: 64 })
    const { most, look } = highest()
    for (let client = 0; client < count(10_000); client++) {
      const driver = defineModule({ name: `client ${client % 3}`, driverName: "client" })
      const module = w.thread.load(driver)
      const timeline = module.timeline("ring")
      const syncobj = Syncobj.create(w.thread)
      const fence = timeline.fence()
      syncobj.addPoint(1n, fence)
      fence.signal()
      fence.drop()
      syncobj.drop()
      timeline.close()
      if (client % 3 === 2) expect(module.tryUnload()).toBeUndefined()
      if (client % 16 === 0) look(w.heap)
    }
    w.thread.barrier()
    for (const name of ["client 0", "client 1"]) w.thread.load(defineModule({ name, driverName: "client" })).tryUnload()
    expect(most["timelines"]).toBeLessThanOrEqual(64)
    expect(most["objects"]).toBeLessThanOrEqual(16)
    w.close()
  })
})
