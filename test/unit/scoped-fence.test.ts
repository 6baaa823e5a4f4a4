/** Fences for the length of a call: they end with it, and who still holds one is told of. */
import { type Fence, defineModule, Heap } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

const gpu = defineModule({ name: "gpu", driverName: "gpu" })

function stage(build: (typeof BUILDS)[number], lock: "inline" | "external" = "inline") {
  const heap = Heap.create({ ...build, fences: 16 })
  const thread = heap.attach({ modules: [gpu] })
  const timeline = thread.load(gpu).timeline("one on the stack", { lock })
  const inUse = () => {
    thread.barrier()
    return heap.accounts().fences.inUse
  }
  return { heap, thread, timeline, inUse }
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  const isChecked = build.flavour === "checked"

  test.each(["inline", "external"] as const)("a scope's value comes back, and the fence ends with it (%s)", (lock) => {
    const { timeline, inUse } = stage(build, lock)
    let kept: Fence | undefined
    const found = timeline.scoped((fence) => {
      kept = fence
      fence.signal({ error: -5 })
      return [fence.seqno, fence.status()]
    }, 7n)
    expect(found).toEqual([7n, -5])
    expect(() => kept!.hasSignaled()).toThrow(expect.objectContaining({ code: "STALE" }))
    expect(inUse()).toBe(0)
  })

  test("a completer who lets go in time is nobody's concern", () => {
    const { thread, timeline, inUse } = stage(build)
    timeline.scoped((fence) => {
      thread.replaceAt(0, fence.addRef())
      const completer = thread.replaceAt(0, undefined)!
      completer.signal()
      completer.drop()
    })
    expect(inUse()).toBe(0)
  })

  test("who still holds it is told of where that is checked; else it stays theirs", () => {
    const { thread, timeline, inUse } = stage(build)
    const outlive = () =>
      timeline.scoped((fence) => {
        fence.signal()
        thread.replaceAt(0, fence.addRef())
      })
    if (isChecked)
      expect(outlive).toThrow(
        expect.objectContaining({
          name: "OopsError",
          code: "SCOPE_OUTLIVED",
          message: expect.stringContaining("references: 1"),
        }),
      )
    else outlive()
    const held = thread.replaceAt(0, undefined)!
    expect(held.hasSignaled()).toBe(true)
    held.drop()
    expect(inUse()).toBe(0)
  })

  test("what the body throws is thrown, beside what the scope has to say", () => {
    const { thread, timeline, inUse } = stage(build)
    const failing = (keeps: boolean) => () =>
      timeline.scoped((fence) => {
        fence.signal()
        if (keeps) thread.replaceAt(0, fence.addRef())
        throw new RangeError("mine")
      })
    expect(failing(false)).toThrow("mine")
    if (isChecked) expect(failing(true)).toThrow(AggregateError)
    else expect(failing(true)).toThrow("mine")
    thread.replaceAt(0, undefined)?.drop()
    expect(inUse()).toBe(0)
  })

  test("a body that would go on afterwards is refused, before it runs or as it returns", () => {
    const { timeline, inUse } = stage(build)
    expect(() => timeline.scoped(async () => {})).toThrow(TypeError)
    expect(() =>
      timeline.scoped((fence) => {
        fence.signal()
        return Promise.resolve()
      }),
    ).toThrow(TypeError)
    expect(() => timeline.scoped(1 as never)).toThrow(TypeError)
    expect(inUse()).toBe(0)
  })

  test("a body that leaves the heap has ended the scope with it", () => {
    const { heap, thread, timeline } = stage(build)
    const other = heap.attach({ name: "other" })
    timeline.scoped((fence) => {
      fence.signal()
      thread.detach()
    })
    other.barrier()
    expect(heap.accounts()).toMatchObject({ fences: { inUse: 0 } })
  })
})
