/** An operation that is broken off in the middle of what it had put off: the rest is done all the same, for the thread may never come back. */
import { FenceArray, Heap, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

const doomed = defineModule({ name: "doomed", driverName: "doomed" })
const alive = defineModule({ name: "alive", driverName: "alive", deferred: { count: () => {} } })

/** Codes of what was thrown, one or several. */
function codesOf(body: () => void): unknown[] {
  try {
    body()
    return []
  } catch (error) {
    const all = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
    return all.map((one) => (one as { code?: string }).code)
  }
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("each part that fails is told, and nothing is left that others wait for", () => {
    const heap = Heap.create({ ...build, lifetime: "issuer-bound", fences: 64, threads: 2, containers: 8 })
    const thread = heap.attach({ name: "idle", modules: [doomed, alive] })
    const other = heap.attach({ name: "other", modules: [alive] })
    const module = thread.load(doomed)
    const timeline = module.timeline("t")
    const parts = [timeline.fence(), timeline.fence()]
    const array = FenceArray.create(thread, parts)
    for (const part of parts) {
      part.signal()
      part.drop()
    }
    timeline.close()
    module.unload()
    const kept = thread.load(alive)
    expect(codesOf(() => array.drop())).toEqual(["DEAD_TEXT", "DEAD_TEXT"])
    const seat = thread.record + layout.Thread.work
    expect([heap.word(seat), heap.word(thread.record + layout.Thread.working)]).toEqual([0, 0])
    // Whatever it defers from now on is found by others, although it does nothing any more.
    thread.defer(kept, "count", 0)
    expect(other.barrier({ timeoutMs: 5_000 })).toBe("passed")
    expect(heap.accounts().fences.inUse).toBe(0)
    for (const one of [other, thread]) one.detach()
  })
})
