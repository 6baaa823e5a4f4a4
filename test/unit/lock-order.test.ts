/** The lock-order graph and the signaling annotations of the checked flavour. */
import { FenceArray, FenceChain, Reservation } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { world } from "./world.js"

const oops = (code: string) => expect.objectContaining({ name: "OopsError", code }) as Error

describe.each(["wasm", "js"] as const)("%s checked", (engine) => {
  const checked = { engine, flavour: "checked" } as const
  const locks = () => {
    const w = world(checked)
    w.thread.nameLock(0, "accounts")
    w.thread.nameLock(1, "ledger")
    const lock = (cell: number, by = w.thread) => by.engine.lock(by.record, w.heap.cell(cell))
    const unlock = (cell: number, by = w.thread) => by.engine.unlock(by.record, w.heap.cell(cell))
    return { ...w, lock, unlock }
  }

  test("the other order is refused before the lock is taken, and both places are told", () => {
    const { heap, lock, unlock, thread, close } = locks()
    const other = heap.attach({ name: "other" })
    lock(0)
    lock(1)
    unlock(1)
    unlock(0)
    lock(1, other)
    let message = ""
    try {
      lock(0, other)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toMatch(
      /^Thread "other" takes lock "accounts" while it holds lock "ledger", at lock-order\.test\.ts:\d+; the other order was made at lock-order\.test\.ts:\d+$/,
    )
    expect(thread.engine.ownerOf(heap.cell(0)), "not taken").toBe(0)
    unlock(1, other)
    other.detach()
    close()
  })

  test("the same order, over and over and by all, is none of its business", () => {
    const { heap, lock, unlock, close } = locks()
    const other = heap.attach({ name: "other" })
    for (let i = 0; i < 3; i++) {
      lock(0)
      lock(1)
      unlock(0)
      unlock(1)
      lock(0, other)
      lock(1, other)
      unlock(1, other)
      unlock(0, other)
    }
    expect(heap.lockOrder().filter(({ held }) => held.includes("accounts"))).toEqual([
      {
        held: 'lock "accounts"',
        taken: 'lock "ledger"',
        place: expect.stringMatching(/^lock-order\.test\.ts:\d+$/) as string,
      },
    ])
    other.detach()
    close()
  })

  test("a circle of three", () => {
    const { thread, lock, unlock, close } = locks()
    thread.nameLock(2, "audit")
    for (const [first, second] of [
      [0, 1],
      [1, 2],
    ] as const) {
      lock(first)
      lock(second)
      unlock(second)
      unlock(first)
    }
    lock(2)
    expect(() => lock(0)).toThrow(oops("LOCK_ORDER"))
    unlock(2)
    close()
  })

  test("two locks of one class have no order", () => {
    const { lock, unlock, close } = locks()
    lock(5)
    expect(() => lock(6)).toThrow("takes a cell's lock while it holds a cell's lock")
    unlock(5)
    close()
  })

  test("a lock that is only tried says nothing about the order", () => {
    const { thread, heap, lock, unlock, close } = locks()
    lock(0)
    lock(1)
    unlock(1)
    unlock(0)
    lock(1)
    expect(thread.engine.tryLock(thread.record, heap.cell(0))).toBe(1)
    unlock(0)
    unlock(1)
    close()
  })

  test("F27: containers nest, and are of classes of their own", () => {
    const { thread, timeline, heap, close } = locks()
    const parts = [timeline.fence(), timeline.fence()]
    const array = FenceArray.create(thread, parts)
    const chain = FenceChain.create(thread, { fence: array, seqno: 1n })
    expect(chain.enableSignaling()).toBe(true)
    expect(heap.lockOrder().map(({ held, taken }) => `${held} > ${taken}`)).toEqual(
      expect.arrayContaining(["a chain's lock > an array's lock", "an array's lock > a fence's lock"]),
    )
    for (const part of parts) part.signal()
    for (const fence of [chain, array, ...parts]) fence.drop()
    close()
  })

  test("a fence's lock is not taken under another's", () => {
    const { timeline, close } = locks()
    const [first, second] = [timeline.fence(), timeline.fence()]
    first.locked(() => expect(() => second.signal()).toThrow(oops("LOCK_ORDER")))
    for (const fence of [first, second]) {
      fence.signal()
      fence.drop()
    }
    close()
  })

  test("waiting in a signaling section is refused; sections nest", () => {
    const { thread, timeline, close } = locks()
    const fence = timeline.fence()
    const outer = thread.beginSignaling()
    const inner = thread.beginSignaling()
    thread.endSignaling(inner)
    expect(() => fence.waitSync({ timeoutMs: 0 })).toThrow(oops("WAIT_IN_SIGNALING"))
    thread.endSignaling(outer)
    expect(fence.waitSync({ timeoutMs: 0 })).toBe("timed-out")
    fence.signal()
    fence.drop()
    close()
  })

  test.each(["waits first", "signals first"])("a lock held while waiting is not one to signal under: %s", (order) => {
    const { thread, timeline, lock, unlock, close } = locks()
    const fence = timeline.fence()
    const waitUnderIt = () => {
      lock(0)
      try {
        fence.waitSync({ timeoutMs: 0 })
      } finally {
        unlock(0)
      }
    }
    const signalUnderIt = () => {
      const cookie = thread.beginSignaling()
      try {
        lock(0)
        unlock(0)
      } finally {
        thread.endSignaling(cookie)
      }
    }
    const [first, second] = order === "waits first" ? [waitUnderIt, signalUnderIt] : [signalUnderIt, waitUnderIt]
    first()
    expect(second).toThrow(oops("LOCK_ORDER"))
    fence.signal()
    fence.drop()
    close()
  })

  test("waiting under a reservation is allowed; several reservations have tickets, not an order", () => {
    const { thread, timeline, close } = locks()
    const [a, b] = [Reservation.create(thread), Reservation.create(thread)]
    const fence = timeline.fence()
    a.locked(() => expect(fence.waitSync({ timeoutMs: 0 })).toBe("timed-out"))
    const cookie = thread.beginSignaling()
    expect(() => a.lock(), "not in a signaling section").toThrow(oops("LOCK_ORDER"))
    thread.endSignaling(cookie)
    fence.signal()
    for (const handle of [fence, a, b]) handle.drop()
    close()
  })

  test("switched off", () => {
    const { heap, thread, close } = world({ ...checked, lockOrder: false })
    for (const cell of [0, 1]) thread.engine.lock(thread.record, heap.cell(cell))
    for (const cell of [0, 1]) thread.engine.unlock(thread.record, heap.cell(cell))
    expect(heap.lockOrder()).toEqual([])
    close()
  })
})
