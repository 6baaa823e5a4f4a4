/** What is asked while another thread keeps a lock, and what is left to a thread that goes: as new users came to it. */
import {
  FenceArray,
  Heap,
  Reservation,
  Scheduler,
  Syncobj,
  SyncobjTable,
  Usage,
  defineModule,
  waitAll,
  waitAny,
} from "@outlive/core"
import { describe, expect, it } from "vitest"
import { BUILDS, world } from "./world.js"

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(BUILDS)("$engine $flavour", (build) => {
  /** Two fences, and another thread's handles on them. */
  function scene() {
    const w = world({ ...build, spins: 10 })
    const fences = [w.timeline.fence(), w.module.timeline("another").fence()] as const
    const other = w.heap.attach({ name: "other", modules: [w.mock] })
    const theirs = fences.map((fence) => other.open(fence.share()))
    return { ...w, fences, other, theirs }
  }

  describe.each([0, 1] as const)("the lock of fence %i is taken", (busy) => {
    it("waits for several end as they would otherwise", async () => {
      const { fences, theirs } = scene()
      const abort = new AbortController()
      const waits = fences[busy].locked(() => [
        waitAny(theirs, { timeoutMs: 0 }),
        waitAll(theirs, { timeoutMs: 0 }),
        waitAny(theirs, { signal: abort.signal }),
        waitAny(theirs),
      ])
      abort.abort(new Error("given up"))
      fences[1 - busy]!.signal()
      expect(await Promise.allSettled(waits)).toEqual([
        { status: "fulfilled", value: { outcome: "timed-out" } },
        { status: "fulfilled", value: "timed-out" },
        { status: "rejected", reason: new Error("given up") },
        { status: "fulfilled", value: { outcome: "signaled", index: 1 - busy } },
      ])
    })

    it("who leaves is told DETACHED and nothing else, and callbacks end without a word", async () => {
      const { fences, other, theirs } = scene()
      const reservation = Reservation.create(other)
      reservation.locked(() => {
        reservation.reserve(2)
        for (const fence of theirs) reservation.add(fence, Usage.Write)
      })
      const [wait] = fences[busy].locked(() => {
        const promise = waitAny(theirs)
        reservation.onSignaled(Usage.Bookkeep, () => expect.unreachable("it has left"))
        other.detach()
        return [promise]
      })
      await expect(wait).rejects.toMatchObject({ name: "HeapError", code: "DETACHED" })
      await other.detachAsync()
    })
  })

  it("an array that is armed bit by bit, as locks come free, gives up its own reference once", () => {
    const { fences, other, theirs, heap } = scene()
    using array = FenceArray.create(other, theirs)
    for (const busy of [1, 0] as const)
      fences[busy].locked(() => expect(array.waitSync({ timeoutMs: 1 })).toBe("timed-out"))
    for (const fence of fences) fence.signal()
    expect(array.waitSync({ timeoutMs: 0 })).toBe("signaled")
    expect(array.size).toBe(2)
    expect(heap.check()).toEqual([])
  })

  it("calls nothing after it has left, though it was due", async () => {
    const { thread } = world(build)
    const syncobj = Syncobj.create(thread, { signaled: true })
    const table = new SyncobjTable(thread)
    const handle = table.create({ signaled: true })
    let calls = 0
    syncobj.addCallback(() => calls++)
    table.registerEvent(handle, () => calls++)
    thread.detach()
    await turn(5)
    expect(calls).toBe(0)
  })

  it("a reservation that is dropped while it is locked leaves no lock behind", () => {
    const { thread } = world(build)
    const [one, two] = [Reservation.create(thread), Reservation.create(thread)]
    one.lock()
    one.drop()
    expect(two.locked(() => thread.heap.accounts().objects.inUse)).toBeGreaterThan(0)
    expect(thread.barrier({ timeoutMs: 1_000 })).toBe("passed")
    two.drop()
    thread.detach()
  })

  it("says of what there is no room", () => {
    const heap = Heap.create({ ...build, timelines: 2, objects: 32, modules: 2 })
    const thread = heap.attach()
    const create = () => {
      for (;;) Scheduler.create(thread)
    }
    expect(create).toThrow(/timelines in use/)
    const small = Heap.create({ ...build, callbacks: 3 }).attach()
    const syncobj = Syncobj.create(small)
    void syncobj.wait({ forSubmit: true }).catch(() => {})
    expect(() => syncobj.addCallback(() => {})).toThrow(/1 are free: too few at once/)
  })

  it("who leaves while a lock stays taken is told of it", async () => {
    const told: string[] = []
    const heap = Heap.create({ ...build, spins: 10, onWarning: ({ kind }) => void told.push(kind) })
    const mock = defineModule({ name: "mock", driverName: "mock" })
    const [holder, other] = ["holder", "other"].map((name) => heap.attach({ name, modules: [mock] }))
    const fence = holder!.load(mock).timeline("t").fence()
    const theirs = other!.open(fence.share())
    theirs.addCallback(() => {})
    theirs.drop()
    holder!.engine.lockFence(holder!.record, fence.address)
    other!.detach()
    await expect.poll(() => told, { timeout: 60_000 }).toEqual(["seat-kept"])
    holder!.engine.unlockFence(holder!.record, fence.address)
    await other!.detachAsync()
    expect(heap.accounts().threads.inUse).toBe(1)
  })
})
