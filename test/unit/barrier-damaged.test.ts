/** A barrier waits for threads that are calling deferred functions: not for a seat that says so and is nobody's. */
import { layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const { Thread } = layout
/** Ends what hangs. */
const BOUND = { timeoutMs: 10_000 }

describe.each(BUILDS)("$engine $flavour", (build) => {
  function withOther() {
    const w = world({ ...build, threads: 4 })
    const other = w.heap.attach({ name: "other" })
    const put = (offset: number, value: number) => void (w.heap.words[(other.record + offset) >> 2] = value)
    return { ...w, other, put }
  }

  test("a seat that was left is waited for no more", () => {
    const { thread, other } = withOther()
    const { record } = other
    other.detach()
    thread.heap.words[(record + Thread.calls) >> 2] = 1
    expect(thread.barrier(BOUND)).toBe("passed")
  })

  test("one that a thread has is", () => {
    const { thread, put } = withOther()
    put(Thread.calls, 1)
    expect(thread.barrier({ timeoutMs: 20 })).toBe("timed-out")
    put(Thread.calls, 0)
    expect(thread.barrier(BOUND)).toBe("passed")
  })

  test("more functions than there can be, and a seat in a state that none has, are told", () => {
    const { thread, heap, other, put } = withOther()
    put(Thread.calls, 0x7fffffff)
    expect(() => thread.barrier(BOUND)).toThrow(expect.objectContaining({ code: "BROKEN_LIST" }))
    put(Thread.calls, 1)
    const state = heap.word(other.record + Thread.state)
    put(Thread.state, 0x1234)
    expect(() => thread.barrier(BOUND)).toThrow(expect.objectContaining({ code: "BROKEN_LIST" }))
    put(Thread.state, state)
    put(Thread.calls, 0)
    expect(thread.barrier(BOUND)).toBe("passed")
  })
})
