/**
 * A lock of the heap's own, or of a scheduler, stays taken, for its holder may be dead: who waits with a bound returns at it, who gives
 * something back waits for nothing, and when the lock is free all goes on. (A thread that slept for the lock here would wait for its
 * own JavaScript thread, and that is an oops.)
 */
import {
  Entity,
  type Fence,
  FenceArray,
  Heap,
  Reservation,
  Scheduler,
  Syncobj,
  type Thread,
  Usage,
} from "@outlive/core"
import { type EngineFactory, layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS, world } from "./world.js"

type Build = (typeof BUILDS)[number]
const { Header, Kind, Pool, SharedObject } = layout
const BOUND = { timeoutMs: 5 }

function stage(build: Build, factory?: EngineFactory) {
  const substitute = factory && { substitute: { factory, atomics: Atomics } }
  const w = world({ ...build, spins: 10, lockOrder: false, fences: 512, objects: 32, ...substitute })
  const holder = w.heap.attach({ name: "holder", modules: [w.mock] })
  const { engine, record } = holder
  const during = <T>(words: readonly number[], body: () => T): T => {
    for (const word of words) engine.lock(record, word)
    try {
      return body()
    } finally {
      for (const word of words) engine.unlock(record, word)
    }
  }
  return { ...w, holder, during }
}

/** The hardware has one job, and another is queued. */
function scheduling(build: Build) {
  const w = stage(build)
  const scheduler = Scheduler.create(w.thread, { credits: 1 })
  const entity = scheduler.entity()
  const jobs = [entity.submit(), entity.submit()] as const
  const hardware = w.module.timeline("hardware", { lock: "external" }).fence()
  scheduler.runNext({ run: () => hardware })
  return { ...w, scheduler, entity, jobs, hardware }
}

const lockOf = (object: Scheduler | Entity) => object.address + SharedObject.lock

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(["scheduler", "entity"] as const)(
    "a queue is not waited for longer than was said: the lock of its %s",
    async (what) => {
      const it = scheduling(build)
      const [late, promise] = it.during([lockOf(it[what])], () => [it.entity.flush(BOUND), it.entity.flushAsync()])
      expect(late).toBe("timed-out")
      it.hardware.signal()
      it.scheduler.runNext({ run: () => undefined })
      expect(await promise).toBe("flushed")
      expect(it.heap.check()).toEqual([])
    },
  )

  test.each(["scheduler", "hardware"] as const)("nor a scheduler that is stopped: the lock of the %s", async (what) => {
    const it = scheduling(build)
    const stop = () => [it.scheduler.stop(BOUND), it.scheduler.stopAsync()] as const
    const theirs = it.holder.open(it.hardware.share())
    const [late, promise] = what === "scheduler" ? it.during([lockOf(it.scheduler)], stop) : theirs.locked(stop)
    expect(late).toBe("timed-out")
    expect(await promise).toBe("stopped")
    it.hardware.signal()
    expect(it.jobs[0].finished.hasSignaled()).toBe(false)
    it.scheduler.start()
    it.scheduler.runNext({ run: () => undefined })
    expect(it.jobs.map(({ finished }) => finished.hasSignaled())).toEqual([true, true])
    expect([it.scheduler.creditsUsed, it.heap.check()]).toEqual([0, []])
  })

  test("fences of a closed timeline are dropped: the lock of the modules", () => {
    const it = stage(build)
    const fences = [it.timeline.fence(), it.timeline.fence()]
    it.timeline.close()
    it.during([Header.modulesLock], () => {
      fences[0]!.signal()
      for (const fence of fences) fence.drop()
    })
    // The first comes back to what was put off, and the other waits for that.
    it.thread.barrier()
    it.holder.barrier()
    const { timelines, fences: left } = it.heap.accounts()
    expect([timelines.inUse, left.inUse, it.heap.check()]).toEqual([0, 0, []])
  })

  test("all is dropped, and the thread leaves: the locks of the depots", async () => {
    const { holder, heap } = await dropAll(build)
    const accounts = heap.accounts()
    expect(accounts).toMatchObject({
      balanced: true,
      fences: { inUse: 0 },
      callbacks: { inUse: 0 },
      objects: { inUse: 0 },
    })
    expect([accounts.threads.inUse, heap.check()]).toEqual([1, []])
    holder.detach()
  })
})

/** A thread has many things, drops them while no depot can be had, and leaves. */
async function dropAll(build: Build, factory?: EngineFactory): Promise<{ holder: Thread; heap: Heap }> {
  const { heap, thread, holder, timeline, module, during } = stage(build, factory)
  const fences = Array.from({ length: 200 }, () => timeline.fence())
  const things: (Fence | Syncobj | Reservation | Scheduler)[] = [
    FenceArray.create(thread, fences.slice(0, 5)),
    Syncobj.create(thread),
    Scheduler.create(thread),
    ...fences,
  ]
  const reservation = Reservation.create(thread)
  reservation.locked(() => {
    reservation.reserve(2)
    reservation.add(fences[0]!, Usage.Write)
  })
  for (const fence of fences) fence.addCallback(() => {})
  const depots = Array.from({ length: Kind.Count }, (_, kind) => Header.pools + kind * Pool.Bytes + Pool.lock)
  const left = during(depots, () => {
    for (const fence of fences) fence.signal()
    for (const thing of [reservation, ...things]) thing.drop()
    expect(thread.barrier(BOUND)).toBe("passed")
    timeline.close()
    module.unload(BOUND)
    return thread.detachAsync()
  })
  await left
  holder.barrier()
  return { holder, heap }
}

test("is noticed: a release waits for the lock of a depot", async () => {
  const twin = await buildTwin({
    id: "DB3",
    sentence: "a release waits for the lock of a depot",
    file: "pool.ts",
    from: "lockSoon(thread, pool + Pool.lock) : stow",
    to: "lockToArm(thread, pool + Pool.lock) : stow",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    await expect(dropAll({ engine: "js", flavour: "checked" }, instantiate)).rejects.toMatchObject({
      code: "SELF_DEADLOCK",
    })
  } finally {
    twin.remove()
  }
})
