/** Signals that have aborted before the wait begins, and objects that are none: every promise settles, and nothing is left behind. */
import { Reservation, Scheduler, Syncobj, waitAll, waitAny } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("abort signals, $engine $flavour", (build) => {
  test("what has aborted rejects with its reason, also where there is nothing to wait for, and begins nothing", async () => {
    const w = world(build)
    const reason = new Error("given up")
    const signal = AbortSignal.abort(reason)
    const fence = w.timeline.fence()
    const reservation = Reservation.create(w.thread)
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const waits = [
      fence.wait({ signal }),
      waitAny([fence], { signal }),
      waitAll([], { signal }),
      Syncobj.wait([], { signal }),
      reservation.wait(undefined, { signal }),
      entity.flushAsync({ signal }),
      scheduler.stopAsync({ signal }),
      w.thread.barrierAsync({ signal }),
    ]
    for (const end of await Promise.allSettled(waits)) expect(end).toEqual({ status: "rejected", reason })
    expect(scheduler.isStopped).toBe(false)
    await scheduler.serve({ run: () => undefined }, signal)
    for (const handle of [fence, entity, scheduler, reservation]) handle.drop()
    w.close()
  })

  test("what has listeners, and no way to take them back, is no signal", async () => {
    const w = world(build)
    const fence = w.timeline.fence()
    const signal = { aborted: false, addEventListener() {} } as unknown as AbortSignal
    await expect(fence.wait({ signal })).rejects.toThrow(TypeError)
    fence.drop()
    w.close()
  })

  test("one that fails to be listened to, or to be let go of, rejects: the promise settles", async () => {
    const w = world(build)
    const fence = w.timeline.fence()
    const fails = (what: string) => () => {
      throw new Error(what)
    }
    const signal = (add: () => void, remove: () => void) =>
      ({ aborted: false, addEventListener: add, removeEventListener: remove }) as unknown as AbortSignal
    const deaf = signal(fails("add"), fails("remove"))
    await expect(fence.wait({ signal: deaf })).rejects.toThrow("2 errors: add; remove")
    const clinging = signal(() => {}, fails("remove"))
    await expect(fence.wait({ signal: clinging, timeoutMs: 1 })).rejects.toThrow("remove")
    fence.drop()
    w.close()
  })
})
