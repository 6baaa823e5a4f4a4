/**
 * The last reference on what others lead to is dropped while a lock in the way is busy, whose holder may be dead: `drop` returns all the
 * same, and what is dropped goes with the thread's next operation, at the end of its turn, or after it has detached.
 */
import { type Fence, FenceArray, Heap, SoftTimeline, type Thread, defineModule } from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS } from "./world.js"

type Build = (typeof BUILDS)[number]
const gpu = defineModule({ name: "gpu", driverName: "gpu" })
const turns = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a thread drops, and whose lock is in the way. */
const DROPPED: Record<string, (main: Thread, fences: readonly Fence[]) => readonly [whole: Fence, busy: Fence]> = {
  "an array": (main, fences) => [FenceArray.create(main, fences), fences[0]!],
  "an array of which a member was listened to": (main, fences) => [FenceArray.create(main, fences), fences[1]!],
  "a point"(main) {
    const soft = SoftTimeline.create(main)
    return [soft.point(1), soft.point(2)]
  },
}

/** Another thread has the lock, and main has dropped it. */
function drop(build: Build, what: string, factory?: EngineFactory) {
  const heap = Heap.create({
    ...build,
    spins: 10,
    fences: 16,
    threads: 2,
    onWarning() {},
    ...(factory && { substitute: { factory, atomics: Atomics } }),
  })
  const [main, other] = ["main", "other"].map((name) => heap.attach({ name, modules: [gpu] })) as [Thread, Thread]
  const module = main.load(gpu)
  const fences = ["one", "another"].map((name) => module.timeline(name).fence())
  const [whole, busy] = DROPPED[what]!(main, fences)
  const theirs = other.open(busy.share())
  const record = whole.address
  const isThere = () => (heap.words[record >> 2]! & 1) === 1
  other.engine.lockFence(other.record, theirs.address)
  if (what !== "a point") expect(whole.waitSync({ timeoutMs: 0 })).toBe("timed-out")
  whole.drop()
  const free = () => other.engine.unlockFence(other.record, theirs.address)
  return { heap, main, other, fences, isThere, free }
}

/** Nothing leads to it: its members can be completed, and all is balanced. */
function expectGone({ heap, other, fences, isThere }: ReturnType<typeof drop>) {
  other.barrier()
  expect(isThere()).toBe(false)
  for (const fence of fences) fence.signal()
  expect([heap.check(), heap.accounts().containers.inUse]).toEqual([[], 0])
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  describe.each(Object.keys(DROPPED))("%s", (what) => {
    test("goes with the next operation, and what else is put off does not wait for it", () => {
      const it = drop(build, what)
      const part = it.main.load(gpu).timeline("part").fence()
      const array = FenceArray.create(it.main, [part])
      array.enableSignaling()
      part.signal()
      it.main.barrier()
      expect([it.isThere(), array.hasSignaled()]).toEqual([true, true])
      array.drop()
      it.free()
      part.drop()
      it.main.barrier()
      expectGone(it)
    })

    test("goes at the end of the turn", async () => {
      const it = drop(build, what)
      expect(it.heap.check().filter(({ where }) => where.startsWith("seat"))).toEqual([])
      await turns(5)
      expect(it.isThere()).toBe(true)
      it.free()
      await turns(25)
      expectGone(it)
    })

    test("goes after its thread has detached", async () => {
      const it = drop(build, what)
      it.main.detach()
      expect(it.isThere()).toBe(true)
      it.free()
      await turns(25)
      it.other.barrier()
      expect([it.isThere(), it.heap.check(), it.heap.threads().length]).toEqual([false, [], 1])
    })

    test("goes when the lock's holder is reclaimed, by the thread that has dropped it", () => {
      const it = drop(build, what)
      expect(it.main.reclaim(it.heap.threads().find(({ name }) => name === "other")!)).toBe(true)
      expectGone({ ...it, other: it.main })
    })

    test("goes when its own thread dies", () => {
      const it = drop(build, what)
      it.free()
      expect(it.other.reclaim(it.heap.threads().find(({ name }) => name === "main")!)).toBe(true)
      it.other.barrier()
      expect([it.isThere(), it.heap.accounts().containers.inUse]).toEqual([false, 0])
    })
  })
})

/** Points are dropped under another lock, and another completes them before that is given back. */
function dropPoints(build: Build, factory?: EngineFactory) {
  const substitute = factory && { factory, atomics: Atomics }
  const heap = Heap.create({ ...build, fences: 16, threads: 2, timestamps: true, ...(substitute && { substitute }) })
  const [main, other] = ["main", "other"].map((name) => heap.attach({ name, modules: [gpu] })) as [Thread, Thread]
  const soft = SoftTimeline.create(main)
  const points = [1, 2, 3].map((n) => soft.point(n))
  const theirs = SoftTimeline.open(other, soft.share())
  main
    .load(gpu)
    .timeline("t")
    .fence()
    .locked(() => {
      for (const point of points) point.drop()
      theirs.increment(2)
    })
  main.barrier()
  return [heap.accounts().fences.inUse, heap.check()]
}

test.each(BUILDS)("points that are dropped, and completed before they go ($engine, $flavour)", (build) => {
  expect(dropPoints(build)).toEqual([1, []])
})

test("is noticed: what is put off is chained by a word into which whoever completes it writes the time", async () => {
  const twin = await buildTwin({
    id: "DB2",
    sentence: "what is put off is chained by a word into which whoever completes it writes the time",
    file: "deferral.ts",
    from: "poke(fence + Fence.putOff, ",
    to: "poke(fence + Fence.last, ",
    also: [{ file: "deferral.ts", from: "recordOf(item) + Fence.putOff", to: "recordOf(item) + Fence.last" }],
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    // It is followed, wherever the time leads.
    let outcome: unknown
    try {
      outcome = dropPoints({ engine: "js", flavour: "checked" }, instantiate)
    } catch (error) {
      outcome = error
    }
    expect(outcome).not.toEqual([1, []])
  } finally {
    twin.remove()
  }
})

test("is noticed: what hangs on a fence whose lock is busy is given back where it hangs", async () => {
  const twin = await buildTwin({
    id: "DB1",
    sentence: "what hangs on a fence whose lock is busy is given back where it hangs",
    file: "composite/array.ts",
    from: "    if (!tryUnhang(thread, peek(node + Callback.fence), node)) return false\n",
    to: "    tryUnhang(thread, peek(node + Callback.fence), node)\n",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    const it = drop({ engine: "js", flavour: "checked" }, "an array", instantiate)
    it.main.barrier()
    expect(it.isThere()).toBe(false)
  } finally {
    twin.remove()
  }
})
