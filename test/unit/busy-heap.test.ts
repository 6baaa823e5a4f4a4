/**
 * A lock of the heap's own, or of a scheduler, stays taken, for its holder may be dead: who waits with a bound returns at it, who gives
 * something back waits for nothing, and when the lock is free all goes on. (A thread that slept for the lock here would wait for its
 * own JavaScript thread, and that is an oops.)
 */
import { Entity, type Fence, FenceArray, Reservation, Scheduler, Syncobj, Usage } from "@outlive/core"
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
function scheduling(build: Build, factory?: EngineFactory) {
  const w = stage(build, factory)
  const scheduler = Scheduler.create(w.thread, { credits: 1 })
  const entity = scheduler.entity()
  const jobs = [entity.submit(), entity.submit()] as const
  const hardware = w.module.timeline("hardware", { lock: "external" }).fence()
  scheduler.runNext({ run: () => hardware })
  return { ...w, scheduler, entity, jobs, hardware }
}

const lockOf = (object: Scheduler | Entity) => object.address + SharedObject.lock

/** A queue is waited for while the lock of its scheduler, or of its entity, stays taken. */
async function flush(what: "scheduler" | "entity", build: Build, factory?: EngineFactory): Promise<void> {
  const it = scheduling(build, factory)
  const [late, promise] = it.during([lockOf(it[what])], () => [it.entity.flush(BOUND), it.entity.flushAsync()])
  expect(late).toBe("timed-out")
  it.hardware.signal()
  it.scheduler.runNext({ run: () => undefined })
  expect(await promise).toBe("flushed")
  expect(it.heap.check()).toEqual([])
}

/** A scheduler is stopped while its lock, or its hardware's, stays taken. */
async function stop(what: "scheduler" | "hardware", build: Build, factory?: EngineFactory): Promise<void> {
  const it = scheduling(build, factory)
  const act = () => [it.scheduler.stop(BOUND), it.scheduler.stopAsync()] as const
  const theirs = it.holder.open(it.hardware.share())
  const [late, promise] = what === "scheduler" ? it.during([lockOf(it.scheduler)], act) : theirs.locked(act)
  expect(late).toBe("timed-out")
  expect(await promise).toBe("stopped")
  it.hardware.signal()
  expect(it.jobs[0].finished.hasSignaled()).toBe(false)
  it.scheduler.start()
  it.scheduler.runNext({ run: () => undefined })
  expect(it.jobs.map(({ finished }) => finished.hasSignaled())).toEqual([true, true])
  expect([it.scheduler.creditsUsed, it.heap.check()]).toEqual([0, []])
}

/** Fences of a closed timeline are dropped while the lock of the modules stays taken. */
async function dropClosed(build: Build, factory?: EngineFactory): Promise<void> {
  const it = stage(build, factory)
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
}

/** A module is taken away while the lock of the modules stays taken, and somebody waits for all that is put off. */
async function unload(build: Build, factory?: EngineFactory): Promise<void> {
  const it = stage(build, factory)
  it.timeline.fence().drop()
  it.timeline.close()
  it.thread.barrier()
  const [late, promise] = it.during([Header.modulesLock], () => {
    const outcome = it.module.tryUnload(BOUND)
    expect(it.thread.barrier(BOUND)).toBe("passed")
    return [outcome, it.thread.barrierAsync()]
  })
  expect(late).toMatchObject({ code: "TIMED_OUT" })
  expect(it.module.state).toBe("going")
  await promise
  // The first takes the module's parts away, and the second its record.
  it.thread.barrier()
  it.thread.barrier()
  const { modules, timelines } = it.heap.accounts()
  expect([it.module.state, modules.inUse, timelines.inUse, it.heap.check()]).toEqual(["gone", 0, 0, []])
}

/** A thread has many things, drops them while no depot can be had, and leaves. */
async function dropAll(build: Build, factory?: EngineFactory): Promise<void> {
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
  const accounts = heap.accounts()
  expect(accounts).toMatchObject({
    balanced: true,
    fences: { inUse: 0 },
    callbacks: { inUse: 0 },
    objects: { inUse: 0 },
  })
  expect([accounts.threads.inUse, heap.check()]).toEqual([1, []])
}

/** What is done while a lock stays taken. */
const PLAYS: Readonly<Record<string, (build: Build, factory?: EngineFactory) => Promise<void>>> = {
  "flush, the scheduler's lock": (...where) => flush("scheduler", ...where),
  "flush, the entity's lock": (...where) => flush("entity", ...where),
  "stop, the scheduler's lock": (...where) => stop("scheduler", ...where),
  "stop, the hardware's lock": (...where) => stop("hardware", ...where),
  "drop of fences of a closed timeline, the modules' lock": dropClosed,
  "unload, the modules' lock": unload,
  "drop of everything, and detach, the depots' locks": dropAll,
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(Object.keys(PLAYS))("%s", (play) => PLAYS[play]!(build))
})

const TWINS = [
  {
    id: "DB3",
    play: "drop of everything, and detach, the depots' locks",
    sentence: "a release waits for the lock of a depot",
    file: "pool.ts",
    from: "lockSoon(thread, pool + Pool.lock) : stow",
    to: "lockToArm(thread, pool + Pool.lock) : stow",
  },
  {
    id: "DB4",
    play: "drop of fences of a closed timeline, the modules' lock",
    sentence: "a release waits for the lock of the modules",
    file: "fence/timelines.ts",
    from: "  if (isRetry ? !tryLock(thread, Header.modulesLock) : !lockInTime(thread, Header.modulesLock)) return false\n",
    to: "  lockModules(thread)\n",
  },
  {
    id: "DB5",
    play: "stop, the scheduler's lock",
    sentence: "a stop waits for its scheduler's lock",
    file: "scheduler/stop.ts",
    from: "  if (!lockSoon(thread, scheduler + SharedObject.lock)) return Refusal.Busy\n  const server",
    to: "  lock(thread, scheduler + SharedObject.lock)\n  const server",
  },
  {
    id: "DB6",
    play: "stop, the hardware's lock",
    sentence: "a stop waits for its hardware's lock",
    file: "scheduler/stop.ts",
    from: "  if (!lockSoon(thread, word)) return Refusal.Busy\n",
    to: "  lock(thread, word)\n",
  },
  {
    id: "DB7",
    play: "flush, the entity's lock",
    sentence: "a flush waits for its entity's lock",
    file: "scheduler/entity.ts",
    from: "  if (!lockSoon(thread, entity + SharedObject.lock)) return fence\n",
    to: "  lock(thread, entity + SharedObject.lock)\n",
  },
  {
    id: "DB8",
    play: "unload, the modules' lock",
    sentence: "an unload waits for the lock of the modules",
    file: "modules.ts",
    from: "    if (patience == Patience.Patient) lockModules(thread)\n",
    to: "    if (patience >= Patience.Patient) lockModules(thread)\n",
  },
] as const

test.each(TWINS)("is noticed: $id: $sentence", async ({ play, ...fault }) => {
  const twin = await buildTwin(fault)
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    const played = PLAYS[play]!({ engine: "js", flavour: "checked" }, instantiate)
    await expect(played).rejects.toMatchObject({ code: "SELF_DEADLOCK" })
  } finally {
    twin.remove()
  }
})
