/** A module handle is used in the thread that loaded it: another's, or another heap's, is refused before anything of its numbers is believed. */
import { Heap, Module, type ModuleDefinition, Scheduler, type Thread, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

const foreign = expect.objectContaining({ name: "FenceError", code: "FOREIGN" }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  const calls: string[] = []
  const issuer = (name: string): ModuleDefinition =>
    defineModule({
      name,
      driverName: name,
      deferred: { d: () => void calls.push(`deferred of ${name}`) },
      works: { w: () => void calls.push(`work of ${name}`) },
    })
  const [alpha, beta] = [issuer("alpha"), issuer("beta")]
  const heapOf = () => Heap.create({ ...build, fences: 64, threads: 3 })

  /** Everything that takes a module. */
  const USES: readonly [string, (thread: Thread, module: Module) => unknown][] = [
    ["defer", (thread, module) => thread.defer(module, "d", 7)],
    ["runWorks", (thread, module) => thread.runWorks({ module })],
    ["runWorks with a time-out", (thread, module) => thread.runWorks({ module, timeoutMs: 1 })],
    ["Scheduler.create", (thread, module) => Scheduler.create(thread, { module })],
  ]

  test.each(USES)("%s refuses another heap's module, and another thread's", (_, use) => {
    calls.length = 0
    const [here, there] = [heapOf(), heapOf()]
    const a = here.attach({ name: "a", modules: [alpha, beta] })
    const beside = here.attach({ name: "beside", modules: [alpha, beta] })
    const b = there.attach({ name: "b", modules: [alpha, beta] })
    const own = a.load(alpha)
    const work = own.work("w")
    work.queue()
    // The first record of either heap, and one that this heap has none for.
    for (const module of [b.load(beta), b.load(alpha), beside.load(alpha)])
      expect(() => use(a, module), module.thread.name).toThrow(foreign)
    a.barrier()
    expect(calls).toEqual([])
    expect(a.runWorks({ module: own })).toBe(1)
    a.defer(own, "d")
    a.barrier()
    expect(calls).toEqual(["work of alpha", "deferred of alpha"])
    work.discard()
    own.unload()
    a.barrier()
    for (const heap of [here, there]) expect(heap.check()).toEqual([])
    expect(here.accounts().modules.inUse).toBe(0)
  })

  test("a module of a thread that has left is refused in the next", () => {
    const heap = heapOf()
    const first = heap.attach({ modules: [alpha] })
    const module = first.load(alpha)
    first.detach()
    const second = heap.attach({ modules: [alpha] })
    for (const [, use] of USES) expect(() => use(second, module)).toThrow(foreign)
    second.load(alpha).unload()
    expect(heap.check()).toEqual([])
  })
})
