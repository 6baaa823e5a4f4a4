/** What threads die of, one scenario each. */
import {
  Entity,
  type Fence,
  FenceChain,
  type HeapError,
  Reservation,
  Scheduler,
  SoftTimeline,
  Syncobj,
  type Thread,
  Usage,
} from "@outlive/core"
import { expect } from "vitest"
import { deadly, mock } from "./dying.js"

/** `Action.AddToCell`. */
const ADD_TO_CELL = 1

/** How often a counter has run. */
const ran = (thread: Thread, cell: number) => thread.engine.readCell(thread.heap.cell(cell))
const open = (thread: Thread, fence: Fence) => thread.open(fence.share())
const timelineOf = (thread: Thread) => thread.load(mock).timeline("t")

/** Two jobs queued, by two entities. */
function schedulerWith(main: Thread, mortal: Thread) {
  const scheduler = Scheduler.create(main, { credits: 2 })
  const entities = [scheduler.entity(), scheduler.entity()] as const
  const jobs = entities.map((entity, data) => entity.submit({ data }))
  return { scheduler, entities, jobs, theirs: Scheduler.open(mortal, scheduler.share()) }
}

/** Everything that was submitted before ends, and what is submitted now runs. */
function expectScheduling(main: Thread, { scheduler, entities, jobs }: ReturnType<typeof schedulerWith>) {
  const all = [...jobs, ...entities.map((entity) => entity.submit())]
  const timeline = timelineOf(main)
  const hardware = {
    run() {
      const fence = timeline.fence()
      fence.signal()
      return fence
    },
  }
  while (scheduler.runNext(hardware));
  for (const { scheduled, finished } of all)
    expect([scheduled.hasSignaled(), finished.hasSignaled()]).toEqual([true, true])
  for (const { finished } of all.slice(-entities.length)) expect(finished.status()).toBe(1)
  expect(scheduler.creditsUsed).toBe(0)
}

export const SCENARIOS = [
  deadly({
    name: "signals a fence: what it had not begun runs; the callback that it was running may be lost",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      for (const cell of [1, 2, 3]) fence.addCounter(cell)
      return { fence, theirs: open(mortal, fence) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    after(main, { fence }) {
      fence.signal()
      const runs = [1, 2, 3].map((cell) => ran(main, cell))
      expect([fence.status(), Math.max(...runs), runs.filter((n) => n === 0).length < 2]).toEqual([1, 1, true])
    },
  }),

  deadly({
    name: "gives a record back to an empty depot: the records in use stay as they are",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences: Fence[] = []
      try {
        for (;;) fences.push(timeline.fence())
      } catch (error) {
        expect((error as HeapError).code).toBe("FULL")
      }
      for (const fence of fences) fence.addCounter(1)
      const [last] = fences.splice(10, 1) as [Fence]
      const theirs = open(mortal, last)
      last.drop()
      return { fences, theirs }
    },
    act(mortal, { theirs }) {
      theirs.signal()
      theirs.drop()
      mortal.barrier()
    },
    after(main, { fences }) {
      const given = fences.shift()!
      given.signal()
      given.drop()
      main.barrier()
      const before = ran(main, 1)
      for (const fence of fences) fence.addCounter(2)
      for (const fence of fences) fence.signal()
      expect([ran(main, 1) - before, ran(main, 2)]).toEqual([fences.length, fences.length])
    },
  }),
  deadly({
    name: "adds a callback, removes another",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      fence.addCounter(1)
      const theirs = open(mortal, fence)
      const callback = theirs.addCounter(2)
      fence.addCounter(3)
      return { fence, theirs, callback }
    },
    act(_, { theirs, callback }) {
      theirs.addCounter(2)
      if (callback !== "already-signaled") callback.remove()
    },
    after(main, { fence }) {
      const mine = fence.addCounter(4)
      fence.addCounter(5)
      if (mine !== "already-signaled") expect(mine.remove()).toBe(true)
      fence.signal()
      expect([fence.status(), ...[1, 3, 4, 5].map((cell) => ran(main, cell))]).toEqual([1, 1, 1, 0, 1])
    },
  }),

  deadly({
    name: "completes a part of a chain: the chain completes",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const first = FenceChain.create(main, { fence: parts[0], seqno: 1n })
      const chain = FenceChain.create(main, { previous: first, fence: parts[1], seqno: 2n })
      chain.addCounter(1)
      return { parts, chain, theirs: parts.map((part) => open(mortal, part)) }
    },
    act(_, { theirs }) {
      for (const part of theirs) part.signal()
    },
    after(main, { parts, chain }) {
      for (const part of parts) part.signal()
      // Its counter may be what was being run.
      expect([chain.hasSignaled(), ran(main, 1) < 2]).toEqual([true, true])
    },
  }),

  ...(["increment", "close"] as const).map((way) =>
    deadly({
      name: `counts a soft timeline up, or closes it: every point completes (${way})`,
      setup(main, mortal) {
        const timeline = SoftTimeline.create(main)
        const points = [1, 2, 3].map((n) => timeline.point(n))
        return { timeline, points, theirs: SoftTimeline.open(mortal, timeline.share()) }
      },
      act: (_, { theirs }) => (way === "increment" ? theirs.increment(3) : theirs.close()),
      after(_, { timeline, points }) {
        if (timeline.isClosed) timeline.close()
        else timeline.increment(3)
        for (const point of points) expect(point.hasSignaled()).toBe(true)
        if (timeline.isClosed) return
        const later = timeline.point(7)
        timeline.increment(7)
        expect(later.hasSignaled()).toBe(true)
      },
    }),
  ),

  deadly({
    name: "makes points of a soft timeline: those of others are not lost",
    setup(main, mortal) {
      const timeline = SoftTimeline.create(main)
      const points = [2, 4].map((n) => timeline.point(n))
      return { timeline, points, theirs: SoftTimeline.open(mortal, timeline.share()) }
    },
    act(_, { theirs }) {
      for (const n of [1, 3, 5, 6]) theirs.point(n)
    },
    after(_, { timeline, points }) {
      points.push(...[3, 5, 7].map((n) => timeline.point(n)))
      timeline.increment(7)
      for (const point of points) expect(point.status()).toBe(1)
    },
  }),

  ...(["replace", "point"] as const).map((way) =>
    deadly({
      name: `submits to a syncobj: whoever waits is rung; the one that it was ringing may be lost (${way})`,
      setup(main, mortal) {
        const syncobj = Syncobj.create(main)
        const fence = timelineOf(main).fence()
        for (const cell of [1, 2, 3])
          main.engine.addWaiter(main.record, syncobj.address, ADD_TO_CELL, main.heap.cell(cell))
        return { syncobj, fence, theirs: Syncobj.open(mortal, syncobj.share()), theirFence: open(mortal, fence) }
      },
      act: (_, { theirs, theirFence }) =>
        way === "replace" ? theirs.replaceFence(theirFence) : theirs.addPoint(5n, theirFence),
      after(main, { syncobj, fence }) {
        const isThere = syncobj.findFence(0n) !== 0
        const lost = [1, 2, 3].filter((cell) => ran(main, cell) === 0).length
        expect(isThere ? lost < 2 : lost === 3).toBe(true)
        syncobj.replaceFence(fence)
        expect([1, 2, 3].filter((cell) => ran(main, cell) === 1).length).toBeGreaterThanOrEqual(2)
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

  deadly({
    name: "submits a job: the queue goes on",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      return { ...all, entity: Entity.open(mortal, all.entities[0].share()) }
    },
    act: (_, { entity }) => void entity.submit(),
    after: expectScheduling,
  }),

  deadly({
    name: "has the hardware: the job that it was starting ends, the others run",
    setup: (main, mortal) => ({ ...schedulerWith(main, mortal), done: timelineOf(main).fence() }),
    act(mortal, { theirs, done }) {
      const fence = open(mortal, done)
      theirs.runNext({ run: () => fence })
      fence.signal()
      theirs.runNext({ run: () => undefined })
    },
    after(main, all) {
      all.done.signal()
      expectScheduling(main, all)
    },
  }),

  deadly({
    name: "closes an entity: its jobs end, the others run",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      const doomed = all.scheduler.entity()
      all.jobs.push(doomed.submit(), doomed.submit())
      return { ...all, doomed: Entity.open(mortal, doomed.share()) }
    },
    act: (_, { doomed }) => doomed.close(),
    after: expectScheduling,
  }),
]
