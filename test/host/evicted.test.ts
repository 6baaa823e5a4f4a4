/**
 * A thread may be taken for dead, and its seat given to another, while one of the program's functions runs in it. What comes after
 * that function is not done in the seat, which is the other's now: it is told DETACHED, and the new tenant's locks, sections and
 * counts are as it left them.
 */
import { AcquireContext, Reservation, Scheduler, type Thread } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

type Build = (typeof BUILDS)[number]

/** A world in which one sits that will be evicted; `evict` gives its seat to another, who holds what anybody may hold. */
function stage(build: Build) {
  const w = world({ ...build, threads: 2, objects: 64 })
  const victim = w.heap.attach({ name: "victim", modules: [w.mock] })
  const module = victim.load(w.mock)
  const timeline = module.timeline("theirs", { lock: "external" })
  const lock = timeline.sharedLock!
  const fence = module.timeline("inline").fence()
  const scheduler = Scheduler.create(w.thread, { timeoutMs: 1 })
  const entity = scheduler.entity()
  const theirs = Scheduler.open(victim, scheduler.share())
  const reservation = Reservation.create(victim)
  let tenant: Thread | undefined
  const evict = () => {
    w.thread.reclaim(w.heap.threads().find(({ name }) => name === "victim")!)
    tenant = w.heap.attach({ name: "tenant" })
    const { engine, record } = tenant
    engine.readLock(record)
    // What the victim had is free again.
    engine.lockShared(record, lock.token)
    engine.lockFence(record, fence.address)
    engine.lock(record, w.heap.cell(3))
  }
  /** What the tenant has. */
  const has = () => {
    const { engine, record } = tenant!
    return [
      engine.isReading(record),
      ...[() => engine.unlock(record, w.heap.cell(3)), () => engine.unlockFence(record, fence.address)].map(ran),
      ran(() => engine.unlockShared(record, lock.token)),
      ran(() => engine.readUnlock(record)),
      engine.isReading(record),
      engine.heldLock(record),
    ]
  }
  return { ...w, victim, lock, fence, scheduler, entity, theirs, reservation, evict, has }
}

const ran = (body: () => unknown) => {
  try {
    body()
    return true
  } catch (error) {
    return (error as { code?: string }).code
  }
}

/** What the tenant has if nobody touched it. */
const ALL = [1, true, true, true, true, 0, 0]

type Stage = ReturnType<typeof stage>

/** The program's functions that run in the middle of something. */
const BODIES: Record<string, (w: Stage) => unknown> = {
  "thread.read": ({ victim, evict }) => victim.read(evict),
  "fence.locked": ({ fence, evict }) => fence.locked(evict),
  "sharedLock.locked": ({ lock, evict }) => lock.locked(evict),
  "reservation.locked": ({ reservation, evict }) => reservation.locked(evict),
  "AcquireContext.locked": ({ victim, reservation, evict }) => AcquireContext.locked(victim, [reservation], evict),
  "until of serveSync": ({ theirs, evict }) => {
    let looks = 0
    theirs.serveSync({ run: () => undefined }, () => (looks++ === 0 && evict(), looks > 5))
  },
  "run of serveSync": ({ theirs, entity, evict }) => {
    entity.submit().drop()
    let looks = 0
    theirs.serveSync({ run: evict as () => undefined }, () => looks++ > 5)
  },
  onTimeout: ({ scheduler, timeline, theirs, entity, evict }) => {
    entity.submit().drop()
    const parent = timeline.fence()
    scheduler.runNext({ run: () => parent })
    parent.drop()
    const late = performance.now() + 3
    while (performance.now() < late);
    theirs.checkTimeout({ run: () => undefined, onTimeout: () => (evict(), "reset") })
  },
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(Object.keys(BODIES))("%s", (name) => {
    const w = stage(build)
    expect(() => BODIES[name]!(w)).toThrow(expect.objectContaining({ code: "DETACHED" }) as Error)
    expect(w.heap.check()).toEqual([])
    expect(w.has()).toEqual(ALL)
  })

  test("is noticed: whoever keeps the seat's number across the function", () => {
    const w = stage(build)
    const { engine, record } = w.victim
    engine.readLock(record)
    w.evict()
    engine.readUnlock(record)
    expect(w.has()).not.toEqual(ALL)
  })

  test("who leaves in onTimeout answers nothing: whoever looks next is asked", () => {
    const { heap, thread, timeline, mock } = world(build)
    const other = heap.attach({ name: "other", modules: [mock] })
    const scheduler = Scheduler.create(thread, { timeoutMs: 1 })
    const entity = scheduler.entity()
    const job = entity.submit()
    const parent = timeline.fence()
    scheduler.runNext({ run: () => parent })
    const late = performance.now() + 3
    while (performance.now() < late);
    const theirs = Scheduler.open(other, scheduler.share())
    const leave = () => (other.detach(), "reset" as const)
    expect(ran(() => theirs.checkTimeout({ run: () => undefined, onTimeout: leave }))).toBe("DETACHED")
    expect(job.finished.hasSignaled()).toBe(false)
    let asked = 0
    scheduler.checkTimeout({ run: () => undefined, onTimeout: () => (asked++, "reset") })
    expect([asked, job.finished.status()]).toEqual([1, -110])
    for (const handle of [job, parent, entity, scheduler]) handle.drop()
  })
})
