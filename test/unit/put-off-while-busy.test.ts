/**
 * A wait without patience completes something, and what comes of that needs a lock that another thread has: it is put off. The thread
 * does it with its next operation; if there is none, at the end of its turn, or as soon as the lock is free.
 */
import {
  FenceArray,
  FenceChain,
  Heap,
  type Fence,
  Scheduler,
  type Thread,
  defineModule,
  waitAnySync,
} from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS } from "./world.js"

type Build = (typeof BUILDS)[number]
const turns = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What comes of the end of `first`: a fence, and the one whose lock is busy. */
const COMES: Record<string, (main: Thread, first: Fence, second: Fence) => readonly [whole: Fence, busy: Fence]> = {
  "an array"(main, first) {
    const array = FenceArray.create(main, [first])
    array.enableSignaling()
    return [array, array]
  },
  "a chain"(main, first) {
    const chain = FenceChain.create(main, { fence: first, seqno: 1n })
    chain.enableSignaling()
    return [chain, chain]
  },
  "a doomed job"(main, first, second) {
    const entity = Scheduler.create(main).entity()
    const { finished } = entity.submit({ dependencies: [second, first] })
    entity.close()
    return [finished, second]
  },
}

/** Puts it off: what is to come of it, and who put it off. */
function putOff(build: Build, what: string, factory?: EngineFactory) {
  const substitute = factory && { factory, atomics: Atomics }
  const heap = Heap.create({
    ...build,
    spins: 10,
    fences: 16,
    threads: 2,
    onWarning() {},
    ...(substitute && { substitute }),
  })
  let ready: bigint | undefined
  const gpu = defineModule({
    name: "gpu",
    driverName: "gpu",
    ops: { pollSignaled: ({ context }) => context === ready },
  })
  const [main, other] = ["main", "other"].map((name) => heap.attach({ name, modules: [gpu] })) as [Thread, Thread]
  const module = main.load(gpu)
  const [first, second] = ["one", "another"].map((name) => module.timeline(name).fence()) as [Fence, Fence]
  const [whole, busy] = COMES[what]!(main, first, second)
  const theirs = other.open(first.share())
  ready = first.context
  busy.locked(() => expect(waitAnySync([theirs], { timeoutMs: 0 }).outcome).toBe("signaled"))
  expect([first.hasSignaled(), whole.hasSignaled()]).toEqual([true, false])
  // The job waits for it.
  if (busy !== whole) busy.signal()
  return { heap, main, whole, busy, theirs }
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  describe.each(Object.keys(COMES))("%s", (what) => {
    test("completes with the next operation", () => {
      const { heap, whole, theirs } = putOff(build, what)
      theirs.enableSignaling()
      expect([whole.hasSignaled(), heap.check()]).toEqual([true, []])
    })

    test("completes at the end of the turn", async () => {
      const { heap, whole } = putOff(build, what)
      await turns(5)
      expect([whole.hasSignaled(), heap.check()]).toEqual([true, []])
    })

    test("completes when the lock is free, some turns later", async () => {
      const { heap, main, whole, busy } = putOff(build, what)
      const { engine, record } = main
      engine.lockFence(record, busy.address)
      await turns(5)
      expect(whole.hasSignaled()).toBe(busy !== whole)
      engine.unlockFence(record, busy.address)
      await turns(25)
      expect([whole.hasSignaled(), heap.check()]).toEqual([true, []])
    })
  })
})

test("is noticed: what is put off is left to a next operation that never comes", async () => {
  const twin = await buildTwin({
    id: "PO1",
    sentence: "what is put off is left to a next operation that never comes",
    file: "postpone.ts",
    from: "  host.turn(thread)\n",
    to: "",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    const { whole } = putOff({ engine: "js", flavour: "checked" }, "an array", instantiate)
    await turns(25)
    expect(whole.hasSignaled()).toBe(false)
  } finally {
    twin.remove()
  }
})
