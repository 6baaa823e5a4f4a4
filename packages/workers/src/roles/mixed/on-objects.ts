/** What is done with syncobjs, reservations and soft timelines that all threads have. */
import { AcquireContext, Reservation, SoftTimeline, Syncobj, Usage } from "@outlive/core"
import type { Activities } from "./activities.js"
import { RESERVATIONS, SYNCOBJ } from "./home.js"

const SOON_MS = 2
const LONG_MS = 100

/** A time-out is an answer: what is waited for may be somebody's who has died. */
function unlessLate(error: unknown): void {
  if ((error as { code?: string }).code !== "ETIME") throw error
}

export const onObjects: Activities = {
  submit({ timelines, syncobjs }) {
    using fence = timelines[0].fence()
    const timeline = syncobjs[SYNCOBJ.timeline]!
    syncobjs[SYNCOBJ.replaced]!.replaceFence(fence)
    const last = timeline.query({ lastSubmitted: true })
    timeline.addPoint(last + 1n, fence)
    timeline.signal(last + 2n)
    timeline.exportSyncFile().drop()
    fence.signal()
  },
  transfer({ syncobjs }) {
    const [timeline, copy] = [syncobjs[SYNCOBJ.timeline]!, syncobjs[SYNCOBJ.copy]!]
    try {
      copy.transferFrom(timeline, { from: 0n, to: 0n }, { forSubmit: true, timeoutMs: SOON_MS })
    } catch (error) {
      unlessLate(error)
    }
    copy.error()
  },
  async awaitPoints({ timelines, syncobjs }) {
    const [replaced, timeline, copy, empty] = syncobjs as [Syncobj, Syncobj, Syncobj, Syncobj]
    using fence = timelines[1].fence()
    replaced.replaceFence(fence)
    const callback = empty.addCallback(() => {}, { point: 5n, available: true })
    const waits = [
      empty.wait({ forSubmit: true, timeoutMs: SOON_MS }),
      replaced.wait({ timeoutMs: LONG_MS }),
      copy.transferFromAsync(timeline, { to: 0n }, { forSubmit: true, timeoutMs: SOON_MS }),
    ].map((wait) => wait.catch(unlessLate))
    fence.signal()
    await Promise.all(waits)
    callback.remove()
    Syncobj.create(empty.thread).drop()
  },
  reserve({ timelines, pending, reservations }, { random }) {
    using fence = timelines[0].fence()
    const reservation = reservations[random.below(RESERVATIONS)]!
    if (reservation.tryLock())
      try {
        reservation.reserve(2)
        reservation.add(fence, Usage.Write)
        reservation.add(pending, Usage.Bookkeep)
        reservation.copyFences(reservations[random.below(RESERVATIONS)]!)
      } finally {
        reservation.unlock()
      }
    fence.signal()
    for (const found of reservation.getFences()) found.drop()
    reservation.testSignaled(Usage.Write)
    const callback = reservation.onSignaled(Usage.Bookkeep, () => {})
    reservation.waitSync(Usage.Bookkeep, { timeoutMs: 0 })
    if (callback !== "already-signaled") callback.remove()
  },
  lockAll({ timelines, reservations }, { random, thread }) {
    using fence = timelines[1].fence()
    const inOrder = random.oneIn(2) ? reservations : reservations.toReversed()
    AcquireContext.locked(
      thread,
      inOrder,
      () => {
        for (const reservation of reservations) reservation.add(fence, Usage.Read)
      },
      { slots: 1 },
    )
    fence.signal()
    Reservation.create(thread).drop()
  },
  countUp({ soft }, stage) {
    using point = soft.point((soft.value + 1) >>> 0)
    soft.increment(1)
    stage.expect(point.hasSignaled(), "A timeline counted past a point that is pending")
    using own = SoftTimeline.create(stage.thread, "own")
    using last = own.point(4)
    own.close()
    stage.expect(last.hasSignaled(), "A timeline was closed, and a point of it is pending")
  },
}
