/** amdgpu goes within one grace period of its last signal, while a thousand of its fences are held, named and waited for in other threads. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { FENCE_TYPES, titleOf } from "@outlive/drivers"
import { describe, expect, test } from "vitest"

const FENCES = 1_000
const HOLDERS = 2
const STOP = FENCES
const HOLDER = new URL("./programs/holder.mjs", import.meta.url)
/** A grace period is two moves of the epoch. A checked heap moves it once more: with each record that is retired, so the module's. */
const MOST_MOVES = { release: 2, checked: 3 }

const ring = FENCE_TYPES.find((type) => titleOf(type) === "amdgpu ring")!
const how = { lifetime: "independent", form: "patched", fault: undefined } as const

const BUILDS = (["wasm", "js"] as const).flatMap((engine) =>
  (["release", "checked"] as const).map((flavour) => ({ engine, flavour })),
)

describe.each(BUILDS)("$engine $flavour", ({ engine, flavour }) => {
  test("amdgpu's ring goes while its fences stay", async () => {
    const heap = Heap.create({
      engine,
      fences: 1_024,
      callbacks: 64,
      cells: FENCES + 1,
      flavour,
    })
    // The timer that enable arms is never run: it is not what is asked about.
    const maker = { how, preempt() {}, tell() {}, words: { store() {} } } as unknown as Parameters<
      typeof ring.module
    >[0]
    const thread = heap.attach({ modules: [ring.module(maker)] })
    const module = thread.load(ring.module(maker))
    const record = module.record({ name: "ring" })
    const timeline = module.timeline("gfx_0.0.0")
    const fences = Array.from({ length: FENCES }, (_, cell) => {
      const fence = timeline.fence()
      fence.user = record.token
      thread.replaceAt(cell, fence.addRef())
      return fence
    })
    const workers = Array.from(
      { length: HOLDERS },
      () => new Worker(HOLDER, { workerData: { heap: heap.share(), cells: FENCES, stop: STOP, maker: { how } } }),
    )
    for (const [said] of await Promise.all(workers.map((worker) => once(worker, "message"))))
      expect(said).toBe("holding")
    for (const fence of fences.slice(1)) fence.signal()
    timeline.close()
    expect(module.pending).toBe(1)
    // Nobody but this thread retires anything: the epoch is moved by the unload alone.
    const before = heap.words[layout.Header.epoch >> 2]!
    fences[0]!.signal()
    module.unload()
    expect(heap.words[layout.Header.epoch >> 2]! - before).toBeLessThanOrEqual(MOST_MOVES[flavour])
    expect(module.state).toBe("gone")
    record.discard()
    const held = heap.accounts().fences.inUse
    expect(held).toBeGreaterThanOrEqual(FENCES)
    Atomics.store(heap.words, heap.cell(STOP) >> 2, 1)
    for (const [names] of await Promise.all(workers.map((worker) => once(worker, "message")))) {
      expect(names).toContain("detached-driver signaled-timeline")
      expect(names).not.toContain("not signaled")
    }
    for (const fence of fences) fence.drop()
    for (let cell = 0; cell < FENCES; cell++) thread.replaceAt(cell, undefined)?.drop()
    thread.barrier()
    expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, modules: { inUse: 0 } })
    thread.detach()
  })
})
