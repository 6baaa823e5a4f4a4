/** Errors: given under the fence's lock or without, and shown through what is made of the fence. */
import { Fence, FenceArray, FenceChain, SyncFile, waitAny, waitAnySync } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("under the lock, by each of the ways there are", () => {
    const w = world(build)
    const ways: ((fence: Fence) => void)[] = [
      (fence) => (fence.setError(-5), fence.signalLocked()),
      (fence) => (fence.setErrorLocked(-5), fence.signalLocked()),
      (fence) => void fence.signalLocked({ error: -5 }),
      (fence) => void fence.signalLocked({ error: -5, atNs: 9n }),
    ]
    for (const way of ways) {
      using fence = w.timeline.fence()
      fence.locked(() => way(fence))
      expect(fence.status()).toBe(-5)
    }
    w.close()
  })

  test("with the signal: only the one who completes it counts", () => {
    const w = world(build)
    const fence = w.timeline.fence()
    for (const error of [0, 5, -4_096, 1.5]) expect(() => fence.signal({ error })).toThrow(RangeError)
    expect([fence.signal({ error: -5, atNs: 7n }), fence.signal({ error: -12 })]).toEqual([true, false])
    expect([fence.status(), fence.timestampNs]).toEqual([-5, 7n])
    fence.drop()
    w.close()
  })

  test("an issuer gives it when it is asked: to enable signaling, or whether it is done", () => {
    const w = world({
      ...build,
      ops: {
        enableSignaling(fence) {
          if (fence.seqno === 1n) fence.setError(-5)
          else if (fence.seqno === 2n) fence.signalLocked({ error: -5 })
          else fence.setErrorLocked(-5)
          return fence.seqno === 2n
        },
      },
    })
    for (let i = 0; i < 3; i++) {
      using fence = w.timeline.fence()
      expect([fence.enableSignaling(), fence.status()]).toEqual([false, -5])
    }
    w.close()
    const polled = world({
      ...build,
      ops: {
        pollSignaled(fence) {
          if (fence.seqno === 1n) fence.setError(-5)
          else fence.signal({ error: -5 })
          return true
        },
      },
    })
    for (let i = 0; i < 2; i++) {
      using fence = polled.timeline.fence()
      expect([fence.status(), fence.isSignaled()]).toEqual([-5, true])
    }
    polled.close()
  })

  test("a sync file says what the first fence says that is not complete without error", () => {
    const w = world({ ...build, containers: 8, objects: 8 })
    const fences = ["a", "b", "c"].map((name) => {
      using timeline = w.module.timeline(name)
      return timeline.fence()
    }) as [Fence, Fence, Fence]
    const array = FenceArray.create(w.thread, fences.slice(0, 2))
    const chain = FenceChain.create(w.thread, { fence: array, seqno: 1n })
    const link = FenceChain.create(w.thread, { previous: chain, fence: fences[2], seqno: 2n })
    const file = SyncFile.create(w.thread, link)
    const status = () => file.info().status
    expect(status()).toBe(0)
    fences[2].signal({ error: -12 })
    expect([status(), file.info().fences.map((fence) => fence.status)]).toEqual([-12, [-12, 0, 0]])
    fences[1].signal({ error: -5 })
    fences[0].signal()
    expect(status(), "the newest link first, as it is taken apart").toBe(-12)
    for (const handle of [file, link, chain, array, ...fences]) handle.drop()
    w.close()
  })

  test("polling, and waiting for any for no time, ask the issuer", async () => {
    let isDone = false
    const w = world({ ...build, ops: { pollSignaled: () => isDone } })
    const fence = w.timeline.fence()
    const file = SyncFile.create(w.thread, fence)
    const look = () => [file.poll(), file.waitSync({ timeoutMs: 0 }), waitAnySync([fence], { timeoutMs: 0 }).outcome]
    expect(look()).toEqual([false, "timed-out", "timed-out"])
    expect(await waitAny([fence], { timeoutMs: 0 })).toEqual({ outcome: "timed-out" })
    isDone = true
    expect(await waitAny([fence], { timeoutMs: 0 })).toEqual({ outcome: "signaled", index: 0 })
    expect(look()).toEqual([true, "signaled", "signaled"])
    // The callback of the promise is in the mail.
    w.thread.deliver()
    fence.drop()
    file.drop()
    w.close()
  })
})
