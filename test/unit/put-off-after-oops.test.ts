/** An operation that is broken off in the middle of what it had put off: the rest is done all the same, for the thread may never come back. */
import { FenceArray, Heap, defineModule } from "@outlive/core"
import { type EngineFactory, layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
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

/** Two parts of what is put off fail. */
function breakOff(build: (typeof BUILDS)[number], factory?: EngineFactory) {
  const substitute = factory && { substitute: { factory } }
  const heap = Heap.create({ ...build, ...substitute, lifetime: "issuer-bound", fences: 64, threads: 2, containers: 8 })
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
  return { heap, thread, other, kept, codes: codesOf(() => array.drop()) }
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("each part that fails is told, and nothing is left that others wait for", () => {
    const { heap, thread, other, kept, codes } = breakOff(build)
    expect(codes).toEqual(["DEAD_TEXT", "DEAD_TEXT"])
    const seat = thread.record + layout.Thread.work
    expect([heap.word(seat), heap.word(thread.record + layout.Thread.working)]).toEqual([0, 0])
    // Whatever it defers from now on is found by others, although it does nothing any more.
    thread.defer(kept, "count", 0)
    expect(other.barrier({ timeoutMs: 5_000 })).toBe("passed")
    expect(heap.accounts().fences.inUse).toBe(0)
    for (const one of [other, thread]) one.detach()
  })
})

test("is noticed: what an operation that was broken off had put off is left to the next one", async () => {
  const twin = await buildTwin({
    id: "PO2",
    sentence: "what an operation that was broken off had put off is left to the next one",
    file: "work.ts",
    from: "  settleSlow(thread, true)\n",
    to: "",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    expect(breakOff({ engine: "js", flavour: "checked" }, instantiate).codes).toEqual(["DEAD_TEXT"])
  } finally {
    twin.remove()
  }
})
