/**
 * Who takes a thread for dead that is alive elsewhere can tell it nothing: each `Heap` object tells its own threads only. It notices
 * where it waits and where it leaves: its waits end with DETACHED, and the next tenant's seat stays his.
 */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { type Fence, Heap, Reservation, type Thread, Usage, waitAllSync } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { Mutex } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

const GONE = expect.objectContaining({ code: "DETACHED" })

/** Sleeps in one of these until it is told something, and tells it; leaves. */
const SLEEPER = `
  const { workerData, parentPort } = require("node:worker_threads")
  import(${JSON.stringify(import.meta.resolve("@outlive/core"))}).then(({ Heap, Reservation, waitAllSync }) => {
    const thread = Heap.open(workerData.heap).attach({ name: "victim" })
    const fence = thread.open(workerData.fence)
    const reservation = Reservation.open(thread, workerData.reservation)
    const waits = {
      "fence.waitSync": () => fence.waitSync(),
      "fence.waitSync, with a bound": () => fence.waitSync({ timeoutMs: 60_000 }),
      waitAllSync: () => waitAllSync([fence]),
      "reservation.lock": () => reservation.lock(),
    }
    let told
    try {
      told = waits[workerData.how]()
    } catch (error) {
      told = error.code
    }
    parentPort.postMessage([told, thread.isAttached])
    thread.detach()
  })`

describe.each(BUILDS)("$flavour, $engine", (build) => {
  /** One sits elsewhere, begins something, and is reclaimed; then somebody else has its seat, and a lock. */
  function evicted<T>(begin: (victim: Thread, mutex: Mutex) => T) {
    const { heap, thread } = world({ ...build, threads: 2, objects: 64 })
    const mutex = Mutex.create(thread)
    const held = mutex.lockSync()
    const victim = Heap.open(heap.share()).attach({ name: "victim" })
    const theirs = Mutex.open(victim, mutex.share())
    const begun = begin(victim, theirs)
    expect(thread.reclaim(heap.threads().find(({ name }) => name === "victim")!)).toBe(true)
    const tenant = heap.attach({ name: "tenant" })
    const another = Mutex.create(tenant)
    const guard = another.lockSync()
    return {
      victim,
      theirs,
      begun,
      /** Nothing of the tenant's has gone. */
      look() {
        expect(victim.isAttached).toBe(false)
        expect(heap.threads().map(({ name }) => name)).toEqual(["main", "tenant"])
        guard.unlock()
        another.drop()
        tenant.detach()
        expect(held.isHeld).toBe(true)
        expect(heap.check()).toEqual([])
      },
    }
  }

  test("who leaves leaves no other's seat, and is told, once", () => {
    const { victim, look } = evicted(() => {})
    expect(() => victim.detach()).toThrow(GONE)
    look()
    victim.detach()
  })

  test("who would sleep is told", () => {
    const { theirs, look } = evicted(() => {})
    expect(() => theirs.lockSync()).toThrow(GONE)
    look()
  })

  /** One sits elsewhere in a heap of three seats, and is reclaimed: at once, or when a function says so. */
  function beside() {
    const w = world({ ...build, threads: 3, objects: 64 })
    const reservation = Reservation.create(w.thread)
    const fence = w.timeline.fence()
    const victim = Heap.open(w.heap.share()).attach({ name: "victim", modules: [w.mock] })
    const theirs = { fence: victim.open(fence.share()), reservation: Reservation.open(victim, reservation.share()) }
    const reclaim = () => {
      expect(w.thread.reclaim(w.heap.threads().find(({ name }) => name === "victim")!)).toBe(true)
      w.heap.attach({ name: "tenant" })
    }
    return { ...w, reservation, fence, victim, theirs, reclaim }
  }

  const WAITS: Readonly<Record<string, (fence: Fence, reservation: Reservation, timeoutMs: number) => unknown>> = {
    "fence.waitSync": (fence, _, timeoutMs) => fence.waitSync({ timeoutMs }),
    waitAllSync: (fence, _, timeoutMs) => waitAllSync([fence], { timeoutMs }),
    "reservation.waitSync": (_, reservation, timeoutMs) => reservation.waitSync(Usage.Read, { timeoutMs }),
  }

  test.each(Object.keys(WAITS))("who would sleep in %s is told, with a bound and without", (name) => {
    for (const timeoutMs of [Infinity, 60_000]) {
      const { heap, fence, reservation, victim, theirs, reclaim } = beside()
      reservation.locked(() => {
        reservation.reserve(1)
        reservation.add(fence, Usage.Read)
      })
      reclaim()
      expect(() => WAITS[name]!(theirs.fence, theirs.reservation, timeoutMs)).toThrow(GONE)
      expect(victim.isAttached).toBe(false)
      expect(heap.threads().map((info) => info.name)).toEqual(["main", "tenant"])
      expect(heap.check()).toEqual([])
    }
  })

  test.each(["fence.waitSync", "fence.waitSync, with a bound", "waitAllSync", "reservation.lock"])(
    "who sleeps in %s is told",
    async (how) => {
      const { heap, thread, timeline } = world({ ...build, objects: 64 })
      const fence = timeline.fence()
      const reservation = Reservation.create(thread)
      reservation.lock()
      const worker = new Worker(SLEEPER, {
        eval: true,
        workerData: { heap: heap.share(), fence: fence.share(), reservation: reservation.share(), how },
      })
      const exited = once(worker, "exit")
      const told = once(worker, "message")
      const [word, bit] =
        how === "reservation.lock"
          ? [reservation.address + layout.SharedObject.lock, layout.Owner.Parked]
          : [fence.address + layout.Fence.flags, layout.Flag.Parked]
      while ((Atomics.load(heap.words, word >> 2) & bit) === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      thread.reclaim(heap.threads().find(({ name }) => name === "victim")!)
      expect(await told).toEqual([["DETACHED", false]])
      await exited
      reservation.unlock()
      reservation.drop()
      fence.signal()
      expect(heap.check()).toEqual([])
      fence.drop()
    },
  )

  test("who need not sleep is not looked at", () => {
    const { fence, theirs, victim, reclaim } = beside()
    fence.signal()
    reclaim()
    expect(theirs.fence.waitSync()).toBe("signaled")
    expect(victim.isAttached).toBe(true)
  })

  test("who would sleep on a lock of the heap's is told", () => {
    const locks: Readonly<Record<string, (w: ReturnType<typeof beside>) => () => unknown>> = {
      "a reservation's": ({ reservation, theirs }) => {
        reservation.lock()
        return () => theirs.reservation.lock()
      },
      "a fence's": ({ thread, fence, victim, theirs }) => {
        thread.engine.lockFence(thread.record, fence.address)
        return () => victim.engine.lockFence(victim.record, theirs.fence.address)
      },
      "a cell's": ({ heap, thread, victim }) => {
        thread.engine.lock(thread.record, heap.cell(3))
        return () => victim.engine.lock(victim.record, heap.cell(3))
      },
    }
    for (const begin of Object.values(locks)) {
      const w = beside()
      const sleep = begin(w)
      w.reclaim()
      expect(sleep).toThrow(GONE)
      expect(w.victim.isAttached).toBe(false)
      expect(w.thread.engine.heldLock(w.thread.record)).not.toBe(0)
    }
  })

  test("who would wait for a grace period is told", () => {
    for (const wait of [
      (victim: Thread) => victim.synchronize(),
      (victim: Thread) => victim.synchronize({ timeoutMs: 60_000 }),
      (victim: Thread) => victim.barrier({ timeoutMs: 60_000 }),
    ]) {
      const { thread, victim, reclaim } = beside()
      thread.engine.readLock(thread.record)
      reclaim()
      expect(() => wait(victim)).toThrow(GONE)
      thread.engine.readUnlock(thread.record)
    }
  })

  test("promises end", async () => {
    const { begun, look } = evicted((_, mutex) => mutex.lock())
    await expect(begun).rejects.toEqual(GONE)
    look()
  })
})
