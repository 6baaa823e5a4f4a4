/** In an issuer's `free` nobody holds the fence any more: it can be read, and must not be held again. */
import { type Fence, Syncobj, merge } from "@outlive/core"
import { describe, expect, it } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("what `free` may do, $engine $flavour", (build) => {
  it("reads the fence, and is refused everything that would hold it", async () => {
    const seen: Record<string, unknown> = {}
    const settled: Promise<unknown>[] = []
    const w = world({ ...build, ops: { free: (fence) => look(fence) } })
    const syncobj = Syncobj.create(w.thread)
    const holding: Record<string, (fence: Fence) => unknown> = {
      addRef: (fence) => fence.addRef(),
      addCallback: (fence) => fence.addCallback(() => {}),
      addCounter: (fence) => fence.addCounter(1),
      waitSync: (fence) => fence.waitSync({ timeoutMs: 0 }),
      signal: (fence) => fence.signal(),
      enableSignaling: (fence) => fence.enableSignaling(),
      setError: (fence) => fence.setError(-5),
      locked: (fence) => fence.locked(() => {}),
      replaceAt: (fence) => w.thread.replaceAt(0, fence),
      merge: (fence) => merge(w.thread, [fence, fence]),
      replaceFence: (fence) => syncobj.replaceFence(fence),
      "open what it shares": (fence) => w.thread.open(fence.share()),
    }
    const look = (fence: Fence) => {
      seen["seqno"] = fence.seqno
      seen["signaled"] = fence.hasSignaled()
      seen["status"] = fence.status()
      seen["timeline"] = fence.timelineName()
      for (const [name, hold] of Object.entries(holding))
        try {
          hold(fence)
          seen[name] = "held"
        } catch (error) {
          seen[name] = (error as { code?: string }).code
        }
      settled.push(fence.wait().catch((error: { code?: string }) => error.code))
    }
    const fence = w.timeline.fence()
    fence.signal()
    fence.drop()
    expect(seen).toMatchObject({ seqno: 1n, signaled: true, status: 1 })
    for (const name of Object.keys(holding)) expect([name, seen[name]]).toEqual([name, "STALE"])
    expect(await Promise.all(settled)).toEqual(["STALE"])
    syncobj.drop()
    w.close()
  })
})
