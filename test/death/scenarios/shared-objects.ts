/** What threads die of that use syncobjs and reservations. */
import { Reservation, Syncobj, Usage } from "@outlive/core"
import { expect } from "vitest"
import { deadly, mock } from "../dying.js"
import { expectLost, inHand, open, timelineOf } from "./common.js"
export const SHARED_OBJECTS = [
  ...(["replace", "point"] as const).map((way) =>
    deadly({
      name: `submits to a syncobj: whoever waits is given what was submitted (${way})`,
      setup(main, mortal) {
        const syncobj = Syncobj.create(main)
        const fence = timelineOf(main).fence()
        const waiters = [1, 2, 3].map(() => main.engine.addWaiter(main.record, syncobj.address, 0, 0))
        return {
          syncobj,
          fence,
          waiters,
          theirs: Syncobj.open(mortal, syncobj.share()),
          theirFence: open(mortal, fence),
        }
      },
      act: (_, { theirs, theirFence }) =>
        way === "replace" ? theirs.replaceFence(theirFence) : theirs.addPoint(5n, theirFence),
      after(main, { syncobj, fence, waiters }) {
        const there = syncobj.findFence(0n)
        const given = waiters.map((waiter) => main.engine.takeSubmission(waiter))
        for (const handed of given) expect(handed).toBe(there)
        syncobj.replaceFence(fence)
        const later = waiters.map((waiter) => main.engine.takeSubmission(waiter))
        for (const handed of later) expect(handed).toBe(there === 0 ? fence.address : 0)
        for (const waiter of waiters) expect(main.engine.removeWaiter(main.record, waiter)).toBe(0)
        for (const handed of [there, ...given, ...later]) if (handed !== 0) main.engine.dropRef(main.record, handed)
      },
    }),
  ),
  ...(["add", "remove"] as const).map((way) =>
    deadly({
      name: `waits for a submission: the syncobj is as it was for others (${way})`,
      setup(main, mortal) {
        const syncobj = Syncobj.create(main)
        const theirs = Syncobj.open(mortal, syncobj.share())
        const node = way === "remove" ? mortal.engine.addWaiter(mortal.record, theirs.address, 0, 0) : 0
        const mine = main.engine.addWaiter(main.record, syncobj.address, 0, 0)
        return { syncobj, theirs, node, mine, fence: timelineOf(main).fence() }
      },
      act(mortal, { theirs, node }) {
        if (way === "add") mortal.engine.addWaiter(mortal.record, theirs.address, 0, 0)
        else mortal.engine.removeWaiter(mortal.record, node)
      },
      after(main, { syncobj, mine, fence }, company) {
        syncobj.replaceFence(fence)
        const handed = main.engine.takeSubmission(mine)
        expect(handed).toBe(fence.address)
        main.engine.dropRef(main.record, handed)
        main.engine.removeWaiter(main.record, mine)
        expectLost(main, "callbacks", 2 * inHand(company))
      },
    }),
  ),
  deadly({
    name: "adds to a reservation: it can be used, and the fences of others are there",
    setup(main, mortal) {
      const reservation = Reservation.create(main)
      const timeline = timelineOf(main)
      const [mine, theirs] = [timeline.fence(), main.load(mock).timeline("u").fence()]
      reservation.locked(() => {
        reservation.reserve(1)
        reservation.add(mine, Usage.Write)
      })
      return { reservation, mine, opened: Reservation.open(mortal, reservation.share()), theirs: open(mortal, theirs) }
    },
    act: (_, { opened, theirs }) =>
      opened.locked(() => {
        opened.reserve(20)
        opened.add(theirs, Usage.Read)
      }),
    after(main, { reservation, mine }) {
      const late = main.load(mock).timeline("v").fence()
      reservation.locked(() => {
        reservation.reserve(1)
        reservation.add(late, Usage.Write)
      })
      const found: bigint[] = []
      for (const { fence } of reservation.fences(Usage.Bookkeep)) found.push(fence.context)
      expect(found).toEqual(expect.arrayContaining([mine.context, late.context]))
    },
  }),
]
