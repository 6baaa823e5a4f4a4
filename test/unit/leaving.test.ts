/** A thread that leaves while a lock keeps something of it hanging: its seat stays taken until the lock is free. */
import { describe, expect, it } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("leaving while a fence is locked, $engine $flavour", (build) => {
  const QUICK = { ...build, spins: 10 }

  /** Another thread, and its handle on a pending fence. */
  function scene() {
    const w = world(QUICK)
    const fence = w.timeline.fence()
    const other = w.heap.attach({ name: "other", modules: [w.mock] })
    const theirs = other.open(fence.share())
    const seats = () => w.heap.accounts().threads.inUse
    const close = () => {
      fence.signal()
      fence.drop()
      w.close()
    }
    return { ...w, fence, other, theirs, seats, close }
  }

  it("waits for nothing, and gives the seat back when the lock is free", async () => {
    const { heap, fence, other, theirs, seats, close } = scene()
    theirs.addCallback(() => {
      throw new Error("called after it has left")
    })
    const pending = theirs.wait()
    theirs.drop()
    fence.locked(() => {
      other.detach()
      expect(other.isAttached).toBe(false)
      expect(seats()).toBe(2)
      expect(heap.accounts().callbacks.inUse).toBeGreaterThan(0)
    })
    await expect(pending).rejects.toMatchObject({ code: "DETACHED" })
    await other.detachAsync()
    expect(seats()).toBe(1)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    close()
  })

  it("takes down at the end what was cancelled while the lock was taken", async () => {
    const { heap, fence, other, theirs, seats, close } = scene()
    const callback = theirs.addCallback(() => {})
    if (callback === "already-signaled") throw new Error("not signaled yet")
    const abort = new AbortController()
    const pending = theirs.wait({ signal: abort.signal })
    fence.locked(() => {
      expect(callback.remove()).toBe(true)
      abort.abort()
    })
    await expect(pending).rejects.toMatchObject({ name: "AbortError" })
    theirs.drop()
    other.detach()
    expect(seats()).toBe(1)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    close()
  })

  it("gives back what completes while the seat is still taken", async () => {
    const { heap, fence, other, theirs, seats, close } = scene()
    theirs.addCallback(() => {
      throw new Error("called after it has left")
    })
    theirs.drop()
    fence.locked(() => {
      other.detach()
      fence.signalLocked()
    })
    await other.detachAsync()
    expect(seats()).toBe(1)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    close()
  })

  it("leaves in the middle of its mail", async () => {
    const { heap, fence, other, theirs, seats, close } = scene()
    const called: number[] = []
    for (const n of [1, 2, 3])
      theirs.addCallback(() => {
        called.push(n)
        if (n === 2) other.detach()
      })
    theirs.drop()
    fence.signal()
    other.deliver()
    await other.detachAsync()
    expect(called).toEqual([1, 2])
    expect(seats()).toBe(1)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    close()
  })

  it("stops when another takes it for dead", async () => {
    const { heap, thread, fence, other, theirs, seats, close } = scene()
    theirs.addCallback(() => {})
    theirs.drop()
    const seat = heap.threads().find(({ name }) => name === "other")!
    fence.locked(() => other.detach())
    expect(thread.reclaim(seat)).toBe(true)
    await other.detachAsync()
    expect(seats()).toBe(1)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    close()
  })
})
