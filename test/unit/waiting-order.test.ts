/** The checked flavour knows waiting, not only locks: each wrong program beside the right one, of which nothing is told. */
import { Reservation } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const oops = (code: string, ...words: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(words.join(".*"), "s")) as string,
  }) as Error

describe.each(BUILDS.filter(({ flavour }) => flavour === "checked"))("$engine $flavour", (build) => {
  function setup() {
    const w = world(build)
    const { engine, record } = w.thread
    const under = (cell: number, body: () => void) => {
      engine.lock(record, w.heap.cell(cell))
      try {
        body()
      } finally {
        engine.unlock(record, w.heap.cell(cell))
      }
    }
    w.thread.nameLock(0, "table")
    return { ...w, under }
  }

  test("a grace period under a lock that is taken in read sections: both places are told", () => {
    const { thread, under, close } = setup()
    thread.read(() => under(0, () => {}))
    const place = "waiting-order\\.test\\.ts:\\d+"
    const told = oops("LOCK_ORDER", "waits for a grace period", 'lock "table"', place, "other order", place)
    under(0, () => expect(() => thread.synchronize()).toThrow(told))
    thread.synchronize()
    close()
  })

  test("the other way round: the lock is refused in the read section", () => {
    const { thread, under, close } = setup()
    under(0, () => thread.synchronize())
    expect(() => thread.read(() => under(0, () => {}))).toThrow(oops("LOCK_ORDER", 'lock "table"', "in a read section"))
    under(0, () => {})
    close()
  })

  test("a module is unloaded under such a lock", () => {
    const { thread, module, timeline, under, close } = setup()
    timeline.close()
    thread.read(() => under(0, () => {}))
    under(0, () => expect(() => module.unload()).toThrow(oops("LOCK_ORDER", "grace period")))
    close()
  })

  test("a grace period under a lock that no reader takes, and that lock beside a section: not told", () => {
    const { thread, under, close } = setup()
    under(1, () => thread.synchronize())
    thread.read(() => under(0, () => {}))
    under(1, () => thread.synchronize())
    close()
  })

  test("a barrier under any lock", () => {
    const { thread, under, close } = setup()
    under(3, () => expect(() => thread.engine.barrier(thread.record)).toThrow(oops("BARRIER_UNDER_LOCK")))
    thread.engine.barrier(thread.record)
    close()
  })

  test("a wait for a fence in a read section; to look whether it is complete is no wait", () => {
    const { thread, timeline, close } = setup()
    const fence = timeline.fence()
    expect(() => thread.read(() => fence.waitSync({ timeoutMs: 1 }))).toThrow(oops("WAIT_IN_SECTION"))
    expect(thread.read(() => fence.isSignaled())).toBe(false)
    expect(fence.waitSync({ timeoutMs: 1 })).toBe("timed-out")
    fence.signal()
    fence.drop()
    close()
  })

  test("a reservation's lock in a read section; to try it is no wait", () => {
    const { thread, close } = setup()
    const reservation = Reservation.create(thread)
    expect(() => thread.read(() => reservation.lock())).toThrow(oops("WAIT_IN_SECTION"))
    expect(thread.read(() => reservation.tryLock())).toBe(true)
    reservation.unlock()
    reservation.locked(() => thread.read(() => {}))
    reservation.drop()
    close()
  })

  test("a wait where the host has begun a signaling section, as around a scheduler's run", () => {
    const { thread, timeline, close } = setup()
    const fence = timeline.fence()
    const { engine, record } = thread
    const cookie = engine.beginSignaling(record)
    expect(() => fence.waitSync({ timeoutMs: 1 })).toThrow(oops("WAIT_IN_SIGNALING"))
    engine.endSignaling(record, cookie)
    expect(fence.waitSync({ timeoutMs: 1 })).toBe("timed-out")
    fence.signal()
    fence.drop()
    close()
  })
})
