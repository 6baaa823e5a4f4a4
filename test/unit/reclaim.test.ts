/** A thread that has died: what it held up is let go, what it kept is returned. Death is played: the thread is simply not used any more. */
import { Heap } from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS, world } from "./world.js"

/** Who dies has a lock that fences share, of which some hang on a chain of retired records. */
function onTheirWay(build: (typeof BUILDS)[number], factory?: EngineFactory) {
  const w = world({ ...build, ...(factory && { substitute: { factory, atomics: Atomics } }) })
  const [dead, reader] = [w.heap.attach({ name: "dead" }), w.heap.attach({ name: "reader" })]
  const shared = w.module.timeline("shared", { lock: "external" })
  const held = shared.fence()
  reader.engine.readLock(reader.record)
  for (let i = 0; i < 20; i++) shared.fence().drop()
  dead.engine.lockFence(dead.record, held.address)
  w.thread.reclaim(dead.record)
  reader.engine.readUnlock(reader.record)
  w.thread.barrier()
  const { fences, brokenLocks } = w.heap.accounts()
  const problems = w.heap.check().map(({ message }) => message)
  held.drop()
  shared.close()
  reader.detach()
  return { ...w, found: { inUse: fences.inUse, brokenLocks, problems } }
}

test("is noticed: D49: every fence whose lock the dead had is put right, also one that is on its way out", async () => {
  const fault = {
    file: "death/locks.ts",
    from: "(isHeld || recordOf(peek(dead + Thread.working)) == fence)",
    to: "true",
  }
  const twin = await buildTwin(
    { id: "D49", sentence: "a list is put right where there is a link", ...fault },
    { checked: false },
  )
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    const { found } = onTheirWay({ engine: "js", flavour: "release" }, instantiate)
    expect(found.inUse).toBeGreaterThan(1)
    expect(found.problems).toContain("Nobody holds it, and it is not on its way out")
  } finally {
    twin.remove()
  }
})

describe.each(BUILDS)("$engine $flavour", (build) => {
  const fatal = () => {
    const w = world(build)
    const dead = w.heap.attach({ name: "dead" })
    return { ...w, dead, record: dead.record }
  }

  test("grace periods do not wait for the dead", () => {
    const { thread, dead, record, close } = fatal()
    dead.engine.readLock(record)
    expect(thread.reclaim(record)).toBe(true)
    expect(thread.reclaim(record)).toBe(false)
    thread.synchronize()
    close()
  })

  test("what another heap says of its threads is refused, also when it has come from another thread", () => {
    const { heap, thread, dead, close } = fatal()
    const beside = Heap.create({ ...build, threads: 4 })
    const others = ["main", "theirs"].map((name) => beside.attach({ name }))
    const info = beside.threads().find(({ name }) => name === "theirs")!
    // The same seat, and the same life of it: only the heap tells them apart.
    expect(heap.threads().find(({ name }) => name === "dead")).toMatchObject({
      id: info.id,
      generation: info.generation,
    })
    const { heap: _, ...forged } = info
    for (const foreign of [info, structuredClone(info), forged as typeof info])
      expect(() => thread.reclaim(foreign)).toThrow(
        expect.objectContaining({
          code: "FOREIGN",
          message: 'Cannot reclaim thread "theirs": it belongs to another heap',
        }),
      )
    expect(dead.isAttached).toBe(true)
    expect(thread.reclaim(structuredClone(heap.threads().find(({ name }) => name === "dead")!))).toBe(true)
    expect(dead.isAttached).toBe(false)
    for (const other of others) other.detach()
    close()
  })

  test("what is no thread is refused, by what was given", () => {
    const { thread, close } = fatal()
    for (const [given, shown] of [
      ["u", '"u"'],
      [null, "null"],
      [undefined, "undefined"],
      [{}, "an object"],
      [12, "12"],
    ] as const)
      expect(() => thread.reclaim(given as never)).toThrow(
        new RangeError(`Cannot reclaim ${shown}: an entry of heap.threads() is needed`),
      )
    thread.reclaim(thread.heap.threads().find(({ name }) => name === "dead")!)
    close()
  })

  test("its locks are taken over, and counted", () => {
    const { heap, thread, dead, record, timeline, close } = fatal()
    const fence = timeline.fence()
    dead.engine.lockFence(record, fence.address)
    dead.engine.lockModules(record)
    thread.reclaim(record)
    expect(heap.accounts().brokenLocks).toBe(2)
    expect(fence.signal()).toBe(true)
    fence.drop()
    close()
  })

  test("fences that are on their way out stay on it, when the lock that they shared is taken over", () => {
    const { found, close } = onTheirWay(build)
    expect(found).toEqual({ inUse: 1, brokenLocks: 1, problems: [] })
    close()
  })

  test("what was to be delivered to it is dropped, and what it kept comes back", () => {
    const { heap, thread, dead, record, timeline, close } = fatal()
    const [pending, delivered] = [timeline.fence(), timeline.fence()]
    for (const fence of [pending, delivered]) dead.engine.addCallback(record, fence.address, 3, 0)
    delivered.signal()
    const own = dead.engine.createFence(record, timeline.address)
    dead.engine.signal(record, own)
    dead.engine.dropRef(record, own)
    thread.reclaim(record)
    expect(heap.accounts().callbacks.inUse).toBe(0)
    pending.signal()
    for (const fence of [pending, delivered]) fence.drop()
    close()
  })

  test("a half-made signal is completed: its callbacks run, sleepers wake, ops are let go", () => {
    const { heap, thread, dead, record, timeline, close } = fatal()
    const fence = timeline.fence()
    const counters = [fence.addCounter(1), fence.addCounter(1)]
    const first = heap.words[(fence.address + 4) >> 2]!
    dead.engine.lockFence(record, fence.address)
    // As `complete` leaves it when its thread dies right after SIGNALED: the list taken off, nothing run.
    heap.words[(record + 20) >> 2] = first
    heap.words[(fence.address + 12) >> 2]! |= 8
    thread.reclaim(record)
    expect([heap.words[heap.cell(1) >> 2], fence.isDetached, fence.status()]).toEqual([2, true, 1])
    for (const counter of counters) expect(counter !== "already-signaled" && counter.remove()).toBe(false)
    fence.drop()
    close()
  })

  test("a list that was about to be taken off goes back, timestamps or not", () => {
    const { heap, thread, dead, record, timeline, close } = fatal()
    const fence = timeline.fence()
    const counters = [fence.addCounter(1), fence.addCounter(1)]
    dead.engine.lockFence(record, fence.address)
    heap.words[(record + 20) >> 2] = heap.words[(fence.address + 4) >> 2]!
    heap.words[(fence.address + 4) >> 2] = 0x12345678
    heap.words[(fence.address + 8) >> 2] = 0x12345678
    thread.reclaim(record)
    expect(counters[0] !== "already-signaled" && counters[0]!.remove()).toBe(true)
    fence.signal()
    expect(heap.words[heap.cell(1) >> 2]).toBe(1)
    expect(counters[1] !== "already-signaled" && counters[1]!.remove()).toBe(false)
    fence.drop()
    close()
  })

  test("the record has a new tenant afterwards", () => {
    const { heap, thread, record, close } = fatal()
    thread.reclaim(record)
    const next = heap.attach({ name: "next" })
    expect(next.record).toBe(record)
    next.detach()
    close()
  })
})
