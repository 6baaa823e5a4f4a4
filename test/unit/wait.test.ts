import { waitAll, waitAllSync, waitAny, waitAnySync } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const EIO = -5

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a wait for a pending fence times out, and leaves nothing behind", async () => {
    const { timeline, close } = world(build)
    const fence = timeline.fence()
    expect(fence.waitSync({ timeoutMs: 0 })).toBe("timed-out")
    expect(fence.waitSync({ timeoutMs: 2 })).toBe("timed-out")
    expect(await fence.wait({ timeoutMs: 2 })).toBe("timed-out")
    fence.signal()
    expect(fence.waitSync({ timeoutMs: 0 })).toBe("signaled")
    expect(await fence.wait()).toBe("signaled")
    fence.drop()
    close()
  })

  test("a promise resolves when the fence is signaled, rejects with its error, or with the reason it was aborted for", async () => {
    const { timeline, close } = world(build)
    const [good, bad, given] = [timeline.fence(), timeline.fence(), timeline.fence()]
    const controller = new AbortController()
    const waits = Promise.allSettled([
      good.wait(),
      bad.wait({ timeoutMs: 1_000 }),
      given.wait({ signal: controller.signal }),
    ])
    good.signal()
    bad.setError(EIO)
    bad.signal()
    controller.abort(new Error("changed my mind"))
    const [first, second, third] = await waits
    expect(first).toEqual({ status: "fulfilled", value: "signaled" })
    expect(second).toMatchObject({ status: "rejected", reason: { code: "EIO", errno: EIO } })
    expect(third).toMatchObject({ status: "rejected", reason: { message: "changed my mind" } })
    await expect(given.wait({ signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before")
    given.signal()
    for (const f of [good, bad, given]) f.drop()
    close()
  })

  test("a handle may be dropped while it is waited for", async () => {
    const { timeline, close } = world(build)
    const fence = timeline.fence()
    const other = fence.addRef()
    const wait = fence.wait()
    fence.drop()
    other.signal()
    other.drop()
    expect(await wait).toBe("signaled")
    close()
  })

  test("any: the lowest index that is complete; all: when all are, with the first error", async () => {
    const { timeline, close } = world(build)
    const fences = [timeline.fence(), timeline.fence(), timeline.fence()]
    expect(waitAnySync(fences, { timeoutMs: 2 })).toEqual({ outcome: "timed-out" })
    expect(await waitAny(fences, { timeoutMs: 2 })).toEqual({ outcome: "timed-out" })
    expect(waitAllSync(fences, { timeoutMs: 2 })).toBe("timed-out")
    const any = waitAny(fences)
    const all = waitAll(fences)
    fences[2]!.signal()
    fences[1]!.setError(EIO)
    fences[1]!.signal()
    expect(await any).toEqual({ outcome: "signaled", index: 1 })
    expect(waitAnySync(fences)).toEqual({ outcome: "signaled", index: 1 })
    expect(await waitAll(fences, { timeoutMs: 5 })).toBe("timed-out")
    fences[0]!.signal()
    await expect(all).rejects.toThrow("Fence completed with error EIO")
    expect(() => waitAllSync(fences)).toThrow(expect.objectContaining({ code: "EIO" }))
    expect(await waitAll([])).toBe("signaled")
    for (const f of fences) f.drop()
    close()
  })

  test("what is wrong with the arguments is said", async () => {
    const { heap, timeline, close } = world(build)
    const fence = timeline.fence()
    expect(() => fence.waitSync({ timeoutMs: -1 })).toThrow("Cannot wait for -1 ms")
    await expect(fence.wait({ timeoutMs: Number.NaN })).rejects.toThrow(RangeError)
    await expect(waitAny([])).rejects.toThrow("Cannot wait for any of no fences")
    const other = heap.attach()
    const theirs = other.open(fence.share())
    await expect(waitAll([fence, theirs])).rejects.toThrow(expect.objectContaining({ code: "FOREIGN" }))
    theirs.drop()
    other.detach()
    fence.signal()
    fence.drop()
    close()
  })

  test("a full heap rejects, and what had been hung up is taken down", async () => {
    const { timeline, close } = world({ ...build, callbacks: 3 })
    const fences = Array.from({ length: 6 }, () => timeline.fence())
    await expect(waitAll(fences)).rejects.toThrow("Heap is full: 3 of 3 callbacks in use")
    for (const f of fences) {
      f.signal()
      f.drop()
    }
    close()
  })

  test("the issuer's own wait is asked, outside any lock", () => {
    const asked: number[] = []
    const { timeline, close } = world({ ...build, ops: { wait: (f, ms) => (asked.push(ms), f.signal()) } })
    const fence = timeline.fence()
    expect(fence.waitSync({ timeoutMs: 50 })).toBe("signaled")
    expect(asked).toEqual([50])
    fence.drop()
    close()
  })

  test("detaching ends what is awaited, takes down what hangs, and balances", async () => {
    const { heap, timeline, close } = world(build)
    const other = heap.attach({ name: "other" })
    const fence = timeline.fence()
    const theirs = other.open(fence.share())
    const called: string[] = []
    const waiting = expect(theirs.wait()).rejects.toThrow(expect.objectContaining({ code: "DETACHED" }))
    theirs.addCallback(() => called.push("callback"))
    other.defer(() => called.push("deferred"))
    theirs.drop()
    other.detach()
    await waiting
    fence.signal()
    fence.drop()
    close()
    expect(called).toEqual([])
  })
})
