/** What threads die of, one scenario each. */
import {
  Entity,
  type Fence,
  FenceArray,
  type FenceCallback,
  type Heap,
  FenceChain,
  type HeapError,
  Reservation,
  Scheduler,
  SoftTimeline,
  Syncobj,
  type Thread,
  Usage,
  defineModule,
} from "@outlive/core"
import { expect } from "vitest"
import { type Company, deadly, doomed, mock } from "./dying.js"
import { SYNC_SCENARIOS } from "./sync-scenarios.js"

/** `Action`. */
const ADD_TO_CELL = 1
const RING_THREAD = 2
const DELIVER = 3

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

/** Schedulers live in it. */
const lodge = defineModule({ name: "lodge", driverName: "lodge" })

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

/** Records that each death may lose: what was just being taken or given back. Another scenario uses some besides. */
const inHand = (company: Company) => ({ nobody: 1, reaper: 2, another: Infinity })[company]

function expectLost(main: Thread, kind: "fences" | "callbacks" | "records", most: number) {
  main.barrier()
  const { capacity, free, inUse } = main.heap.accounts()[kind]
  expect(inUse, `${kind} in use`).toBeLessThanOrEqual(most)
  expect(capacity - free, `${kind} that are nowhere`).toBeLessThanOrEqual(most)
}

/** Words of an issuer's record. */
const WORDS = 12
/** Where a fence lies that `ended` completes at its end. */
const ENDING_CELL = 31
const ended = defineModule({
  name: "ended",
  driverName: "ended",
  teardown(thread) {
    // Without `using`: the dead clean nothing up.
    const fence = thread.openAt(ENDING_CELL)!
    fence.signal()
    fence.drop()
  },
})

/** `Kind.Text`. */
const TEXT = 3

export const SCENARIOS = [
  deadly({
    name: "signals a fence: each of its callbacks runs once",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      for (const cell of [1, 2, 3]) fence.addCounter(cell)
      return { fence, theirs: open(mortal, fence) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    after(main, { fence }) {
      fence.signal()
      expect([fence.status(), ...[1, 2, 3].map((cell) => ran(main, cell))]).toEqual([1, 1, 1, 1])
    },
  }),

  deadly({
    name: "completes a fence that nobody listens to: it can be listened to, or is complete",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      return { fence, theirs: open(mortal, fence) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    after(main, { fence }) {
      const counters = [1, 2].map((cell) => fence.addCounter(cell))
      fence.signal()
      const heard = counters.map((counter) => (counter === "already-signaled" ? 0 : 1))
      expect([fence.status(), ...[1, 2].map((cell) => ran(main, cell))]).toEqual([1, ...heard])
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
      // A counter keeps its fence: the two that are to go have none.
      const [last, given] = fences.splice(10, 2) as [Fence, Fence]
      for (const fence of fences) fence.addCounter(1)
      const theirs = open(mortal, last)
      last.drop()
      return { fences, given, theirs }
    },
    act(mortal, { theirs }) {
      theirs.signal()
      theirs.drop()
      mortal.barrier()
    },
    after(main, { fences, given }) {
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
    name: "removes a callback, adds another",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      fence.addCounter(1)
      const theirs = open(mortal, fence)
      fence.addCounter(3)
      const callback = theirs.addCounter(2)
      return { fence, theirs, callback }
    },
    act(_, { theirs, callback }) {
      // The last of the list: who adds after it hangs on the last there is.
      if (callback !== "already-signaled") callback.remove()
      theirs.addCounter(2)
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
      chain.addCounter(5)
      return { parts, chain, theirs: parts.map((part) => open(mortal, part)) }
    },
    act(_, { theirs }) {
      for (const part of theirs) part.signal()
    },
    after(main, { parts, chain }) {
      for (const part of parts) part.signal()
      // Its counter may be what was being run.
      expect([chain.hasSignaled(), ran(main, 5) < 2]).toEqual([true, true])
    },
  }),

  deadly({
    name: "arms an array: whoever asks next goes on, and it completes",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const array = FenceArray.create(main, parts)
      return { parts, array, theirs: open(mortal, array) }
    },
    act: (_, { theirs }) => void theirs.enableSignaling(),
    after(main, { parts, array }, company) {
      array.addCounter(6)
      for (const part of parts) part.signal()
      expect([array.hasSignaled(), ran(main, 6)]).toEqual([true, 1])
      for (const fence of [...parts, array]) fence.drop()
      // Their handle keeps the array, and that its members; another's fences may have been in hand.
      expectLost(main, "fences", 3 + inHand(company))
    },
  }),

  ...(
    [
      ["increment", 8],
      ["close", 16],
    ] as const
  ).map(([way, cells]) =>
    deadly({
      name: `counts a soft timeline up, or closes it: what is due is complete, and each callback runs once (${way})`,
      setup(main, mortal) {
        const timeline = SoftTimeline.create(main)
        const points = [1, 1, 2, 9].map((n) => timeline.point(n))
        const counters = points.map((point, i) => point.addCounter(cells + i) as FenceCallback)
        return { timeline, points, counters, theirs: SoftTimeline.open(mortal, timeline.share()) }
      },
      act: (_, { theirs }) => (way === "increment" ? theirs.increment(2) : theirs.close()),
      after(main, { timeline, points, counters }, company) {
        const isDue = (n: number) => timeline.isClosed || n <= timeline.value
        const due = [1, 1, 2, 9].map(isDue)
        expect(points.map((point) => point.hasSignaled())).toEqual(due)
        expect(points.map((_, i) => ran(main, cells + i) === 1)).toEqual(due)
        if (timeline.isClosed) return
        timeline.increment(10)
        expect(points.map((_, i) => ran(main, cells + i))).toEqual([1, 1, 1, 1])
        const later = timeline.point(timeline.value + 1)
        timeline.increment(1)
        expect(later.hasSignaled()).toBe(true)
        for (const counter of counters) counter.remove()
        for (const point of [...points, later]) point.drop()
        // The dead thread's own handle keeps no fence; the one point it had in hand keeps one.
        expectLost(main, "fences", inHand(company))
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
    name: "asks about a job that waits: it waits on, or runs, and so do the others",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      const timeline = timelineOf(main)
      const fences = [timeline.fence(), timeline.fence()]
      all.jobs.push(all.scheduler.entity().submit({ dependencies: fences }))
      const closing = all.scheduler.entity()
      all.jobs.push(closing.submit({ dependencies: [fences[1]!] }))
      return { ...all, fences, first: open(mortal, fences[0]!), closing: Entity.open(mortal, closing.share()) }
    },
    act(_, { theirs, first, closing }) {
      theirs.runNext({ run: () => undefined })
      closing.close()
      first.signal()
      theirs.runNext({ run: () => undefined })
    },
    after(main, all) {
      for (const fence of all.fences) fence.signal()
      // A close that did not happen: then it runs.
      expectScheduling(main, all)
    },
  }),

  ...[
    { mode: "the parent is kept", parent: "kept", isHoused: false } as const,
    { mode: "in a module", parent: "dropped", isHoused: true } as const,
    { mode: "in a module, the parent is kept", parent: "kept", isHoused: true } as const,
  ].map(({ mode, parent, isHoused }) =>
    deadly({
      name: `serves a scheduler (${mode}): its jobs end, and what their fences hold comes back`,
      setup(main) {
        const module = main.load(lodge)
        const scheduler = Scheduler.create(main, { credits: 2, parent, ...(isHoused ? { module } : {}) })
        const entity = scheduler.entity()
        const jobs = [1, 2, 3].map((data) => entity.submit({ data }))
        return { module, scheduler, entity, jobs, hardware: timelineOf(main).fence() }
      },
      // By address: handles of its own would be lost, and with them all that they hold.
      act({ engine, record }, { scheduler: { address }, hardware }) {
        engine.startJob(record, address, engine.takeJob(record, address), hardware.address, 0)
        engine.signal(record, hardware.address)
        engine.startJob(record, address, engine.takeJob(record, address), 0, 0)
      },
      after(main, { module, scheduler, entity, jobs, hardware }, company) {
        hardware.signal()
        while (scheduler.runNext({ run: () => undefined }));
        expect(jobs.map(({ finished }) => finished.hasSignaled())).toEqual([true, true, true])
        expect([scheduler.creditsUsed, jobs[2]!.finished.status()]).toEqual([0, 1])
        for (const fence of jobs.flatMap(({ scheduled, finished }) => [scheduled, finished]))
          expect([fence.hasSignaled(), fence.driverName()]).toEqual([true, "detached-driver"])
        for (const handle of [hardware, ...jobs, entity, scheduler]) handle.drop()
        // A job in its hand keeps its two fences, the hardware's, and its entity, which keeps the two of the last one.
        expectLost(main, "fences", 5 * inHand(company))
        const isEmpty = main.heap.accounts().objects.inUse === 0
        expect(isEmpty ? module.tryUnload() : undefined).toBeUndefined()
      },
    }),
  ),

  deadly({
    name: "closes an entity: its jobs end, the others run",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      const closing = all.scheduler.entity()
      all.jobs.push(closing.submit(), closing.submit())
      return { ...all, closing: Entity.open(mortal, closing.share()) }
    },
    act: (_, { closing }) => closing.close(),
    after: expectScheduling,
  }),

  deadly({
    name: "had registered with fences and a syncobj: what would have rung it comes back, its counters go on",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences = [1, 2, 3].map(() => timeline.fence())
      // Records of the engine's own hang before theirs: a chain listens by one that is part of its body.
      const chains = fences.map((fence, i) => FenceChain.create(main, { fence, seqno: BigInt(i + 1) }))
      const counters = chains.map((chain) => chain.addCounter(2) as FenceCallback)
      const syncobj = Syncobj.create(main)
      const theirSyncobj = Syncobj.open(mortal, syncobj.share())
      const theirs = fences.map((fence) => open(mortal, fence))
      return { fences, chains, counters, syncobj, theirSyncobj, theirs }
    },
    act({ engine, record, heap }, { theirs, theirSyncobj }) {
      for (const { address } of theirs) {
        engine.addCallback(record, address, RING_THREAD, 0)
        engine.addCallback(record, address, DELIVER, 1)
        engine.addCallback(record, address, ADD_TO_CELL, heap.cell(1))
      }
      engine.addWaiter(record, theirSyncobj.address, RING_THREAD, 0)
      engine.addWaiter(record, theirSyncobj.address, DELIVER, 1)
      theirs[0]!.signal()
      theirSyncobj.replaceFence(theirs[1]!)
    },
    after(main, { fences, chains, counters, syncobj }, company) {
      const before = ran(main, 1)
      for (const fence of fences) fence.signal()
      expect(ran(main, 1) - before).toBeLessThanOrEqual(3)
      expect(ran(main, 2), "chains that are complete").toBe(chains.length)
      for (const counter of counters) counter.remove()
      for (const chain of chains) chain.drop()
      syncobj.drop()
      // What its counters had is given back when somebody clears up again.
      const next = (main.heap as Heap).attach({ name: "next" })
      main.reclaim(main.heap.threads().find(({ id }) => id === next.record)!)
      expectLost(main, "callbacks", inHand(company))
    },
  }),

  deadly({
    name: "attaches: it holds nothing, and its seat can be used",
    setup(main, mortal) {
      main.engine.lock(main.record, main.heap.cell(7))
      return mortal.heap as Heap
    },
    act: (_, heap) => void heap.attach({ name: "newcomer" }),
    after(main) {
      const { engine, record } = main
      const heap = main.heap as Heap
      for (const info of heap.threads()) if (info.id !== record) main.reclaim(info)
      expect([heap.threads().length, heap.accounts().brokenLocks]).toEqual([1, 0])
      engine.unlock(record, heap.cell(7))
      expect(heap.attach({ name: "later" }).engine.tryLock(record, heap.cell(7))).toBe(1)
    },
  }),

  deadly({
    name: "unloads a module: it is live, and can be unloaded, or gone, and can be loaded",
    setup(main, mortal) {
      const module = main.load(doomed)
      for (const name of ["a", "b"]) module.timeline(name).close()
      return { module, theirs: mortal.load(doomed) }
    },
    act: (_, { theirs }) => theirs.unload(),
    after(main, { module }, company) {
      const wasLive = module.state === "live"
      const next = main.load(doomed)
      if (wasLive) expect(next.loadId).toBe(module.loadId)
      expect(next.tryUnload()).toBeUndefined()
      main.barrier()
      expect(module.state).toBe("gone")
      const { modules, timelines, locks } = main.heap.accounts()
      for (const { inUse } of [modules, timelines, locks]) expect(inUse).toBeLessThanOrEqual(inHand(company))
      expect(main.engine.countInUse(TEXT), "texts").toBeLessThanOrEqual(inHand(company))
      expect(next.state).toBe("gone")
    },
  }),

  deadly({
    name: "waits for a barrier: of what others retired one record is lost at most",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences = Array.from({ length: 20 }, () => timeline.fence())
      main.engine.readLock(main.record)
      for (const fence of fences) {
        fence.signal()
        fence.drop()
      }
      main.engine.readUnlock(main.record)
      return mortal
    },
    act: (mortal) => mortal.barrier(),
    after(main, _, company) {
      expectLost(main, "fences", inHand(company))
      // Nothing stays in the magazines of the dead.
      const made: number[] = []
      expect(() => {
        for (const timeline = timelineOf(main); ;) made.push(timeline.fence().address)
      }).toThrow("full")
      expect(made.length).toBeGreaterThanOrEqual(main.heap.accounts().fences.capacity - inHand(company))
      expect(new Set(made).size, "records, none of which was in two places").toBe(made.length)
    },
  }),

  deadly({
    name: "takes a module with an end away: it is live, and its end can come again, or gone",
    setup(main, mortal) {
      const module = main.load(ended)
      const timeline = module.timeline("t")
      const fence = timeline.fence()
      main.replaceAt(ENDING_CELL, fence.addRef())
      timeline.close()
      return { module, fence, theirs: mortal.load(ended) }
    },
    act: (_, { theirs }) => theirs.unload(),
    after(main, { module, fence }) {
      main.barrier()
      const wasLive = module.state === "live"
      expect([wasLive, module.tryUnload()?.code]).toEqual([wasLive, wasLive ? undefined : "NOT_LIVE"])
      main.barrier()
      expect([module.state, fence.status()]).toEqual(["gone", 1])
    },
  }),

  deadly({
    name: "discards an issuer's record: its words are as they were, or it is dead",
    setup(main, mortal) {
      const record = main.load(mock).record({ name: "ring" })
      for (let word = 0; word < WORDS; word++) record.write(word, word + 1)
      return { record, theirs: mortal.issuerRecord(record.token) }
    },
    act: (_, { theirs }) => theirs.discard(),
    after(main, { record }, company) {
      if (record.isLive) {
        for (let word = 0; word < WORDS; word++) expect(record.read(word)).toBe(word + 1)
        record.discard()
      } else expect(() => record.read(0)).toThrow("after it was discarded")
      expectLost(main, "records", inHand(company))
    },
  }),

  deadly({
    name: "holds a lock that two timelines share: what it completed is complete, and the lock can be had",
    setup(main, mortal) {
      const module = main.load(mock)
      const first = module.timeline("first", { lock: "external" })
      const lock = first.sharedLock!
      const second = module.timeline("second", { lock })
      const fences = [first.fence(), second.fence()]
      for (const fence of fences) fence.addCounter(4)
      return { lock, fences, theirs: fences.map((fence) => open(mortal, fence)), taken: mortal.sharedLock(lock.token) }
    },
    act: (_, { taken, theirs }) => void taken.locked(() => theirs.forEach((fence) => fence.signalLocked())),
    after(main, { lock, fences }) {
      const before = fences.filter((fence) => fence.hasSignaled()).length
      expect(ran(main, 4)).toBe(before)
      lock.locked(() => fences.forEach((fence) => fence.signalLocked()))
      expect([ran(main, 4), ...fences.map((fence) => fence.status())]).toEqual([2, 1, 1])
    },
  }),

  deadly({
    name: "runs a work that is queued again: it is run once more, and nobody waits for the dead",
    setup(main) {
      const work = main.load(mock).work("count", { argument: 9 })
      work.queue()
      return { work }
    },
    act(mortal, { work }) {
      const theirs = mortal.work(work.token)
      theirs.arm(0)
      mortal.runWorks()
      theirs.queue()
      mortal.runWorks()
    },
    after(main, { work }, company) {
      expect(work.state.isRunning).toBe(false)
      work.queue()
      const before = ran(main, 9)
      expect(main.runWorks()).toBe(1)
      expect(ran(main, 9)).toBe(before + 1)
      expect(work.cancelSync()).toBe("done")
      work.discard()
      expectLost(main, "records", inHand(company))
    },
  }),

  deadly({
    name: "calls a deferred function: it is called once at most, and only who died with it in hand has not",
    setup(main, mortal) {
      const module = main.load(mock)
      mortal.load(mock)
      for (const cell of [10, 11]) main.defer(module, "count", cell)
      return {}
    },
    act: (mortal) => void mortal.barrier(),
    after(main, _, company) {
      main.barrier()
      const counts = [10, 11].map((cell) => ran(main, cell))
      expect(Math.max(...counts)).toBeLessThanOrEqual(1)
      expect(counts.filter((count) => count === 0).length).toBeLessThanOrEqual(inHand(company))
      expectLost(main, "callbacks", inHand(company))
    },
  }),
  ...SYNC_SCENARIOS,
]
