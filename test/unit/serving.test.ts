/** Several serve one scheduler: one of them is rung at a time, and the others take over when that leaves or dies. */
import { type Hardware, Scheduler } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const hardware: Hardware = { run: () => undefined }

/** What has been begun on the event loop has come to its first rest. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 2))

describe.each(BUILDS)("who serves, $engine $flavour", (build) => {
  async function afterwards(end: (w: ReturnType<typeof world>, late: ReturnType<typeof serving>) => unknown) {
    const w = world(build)
    const other = w.heap.attach({ name: "other" })
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const first = serving(scheduler)
    const late = serving(Scheduler.open(other, scheduler.share()))
    await rest()
    await end(w, late)
    await rest()
    const job = entity.submit()
    expect(await job.finished.wait({ timeoutMs: 2_000 })).toBe("signaled")
    first.controller.abort()
    await first.ended
    for (const handle of [job, entity, scheduler, late.scheduler]) handle.drop()
    if (other.isAttached) other.detach()
    w.close()
  }

  function serving(scheduler: Scheduler) {
    const controller = new AbortController()
    return {
      scheduler,
      controller,
      ended: scheduler.serve(hardware, controller.signal).catch((error: unknown) => error),
    }
  }

  test("the one that attended first goes on when the later one leaves", async () => {
    await afterwards(async (_w, late) => {
      late.controller.abort()
      await late.ended
    })
  })

  test("and when it was reclaimed", async () => {
    await afterwards(async (w, late) => {
      w.thread.reclaim(late.scheduler.thread.record)
      expect(await late.ended).toMatchObject({ code: "DETACHED" })
    })
  })

  test("of two that serve through one handle, one goes on when the other ends", async () => {
    const w = world(build)
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const [one, two] = [serving(scheduler), serving(scheduler)]
    await rest()
    one.controller.abort()
    await one.ended
    const job = entity.submit()
    expect(await job.finished.wait({ timeoutMs: 2_000 })).toBe("signaled")
    two.controller.abort()
    await two.ended
    for (const handle of [job, entity, scheduler]) handle.drop()
    w.close()
  })

  test("its handle may be dropped while it serves", async () => {
    const w = world(build)
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const server = serving(scheduler)
    await rest()
    scheduler.drop()
    const job = entity.submit()
    expect(await job.finished.wait({ timeoutMs: 2_000 })).toBe("signaled")
    server.controller.abort()
    await server.ended
    const again = entity.submit()
    expect([await again.finished.wait({ timeoutMs: 5 }), entity.close()]).toEqual(["timed-out", undefined])
    for (const handle of [job, again, entity]) handle.drop()
    w.close()
    expect(w.heap.accounts()).toMatchObject({ balanced: true, objects: { inUse: 0 } })
  })
})
