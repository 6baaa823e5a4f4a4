/** Faults of a program that uses fences, not of the engine: the checked flavour tells each, where it happens. */
import type { Fence, Thread } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { world } from "../unit/world.js"

const oops = (code: string) => expect.objectContaining({ name: "OopsError", code }) as Error

describe.each(["wasm", "js"] as const)("%s checked", (engine) => {
  const checked = { engine, flavour: "checked" } as const

  test("F28: a fence is waited for after its last reference was dropped", () => {
    const { thread, timeline, close } = world(checked)
    const fence = timeline.fence()
    const address = fence.address
    fence.signal()
    fence.drop()
    thread.barrier()
    expect(() => thread.engine.prepareWait(thread.record, address)).toThrow(oops("USE_AFTER_FREE"))
    close()
  })

  test("F9: an issuer's pollSignaled gives back a reference that it does not have", () => {
    const drop = (fence: Fence) => {
      ;(fence.thread as Thread).engine.dropRef(fence.thread.record, fence.address)
      return true
    }
    const { thread, timeline } = world({ ...checked, ops: { pollSignaled: drop } })
    const fence = timeline.fence()
    const address = fence.address
    expect(fence.isSignaled()).toBe(true)
    expect(() => thread.engine.dropRef(thread.record, address)).toThrow(
      expect.objectContaining({ name: "OopsError" }) as Error,
    )
  })

  test("F10: a reference is tried on an empty slot", () => {
    const { thread, close } = world(checked)
    expect(() => thread.read(() => thread.engine.tryAddRef(thread.record, 0))).toThrow(oops("USE_AFTER_FREE"))
    close()
  })

  test("a fence found under RCU is used after the read section", () => {
    const { thread, timeline, heap, close } = world(checked)
    thread.replaceAt(0, timeline.fence())
    const address = thread.read(() => thread.engine.dereference(thread.record, heap.cell(0)))
    const before = thread.replaceAt(0, undefined)!
    before.signal()
    before.drop()
    thread.barrier()
    expect(() => thread.engine.hasSignaled(address)).toThrow(oops("USE_AFTER_FREE"))
    close()
  })
})
