/** What threads die of that use a scheduler, or are its hardware. */
import { Entity, Scheduler, type Thread, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { expect } from "vitest"
import { deadly, polled } from "../dying.js"
import { expectLost, inHand, isFree, isInUse, open, timelineOf } from "./common.js"

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

/** The same, and the hardware has both. */
function withHardware(main: Thread, mortal: Thread) {
  const all = schedulerWith(main, mortal)
  const timeline = timelineOf(main)
  const running = all.jobs.map(() => timeline.fence())
  let i = 0
  while (all.scheduler.runNext({ run: () => running[i++] }));
  return { ...all, running }
}

function expectRestart(main: Thread, all: ReturnType<typeof withHardware>) {
  expect(all.scheduler.stop({ timeoutMs: 1_000 })).toBe("stopped")
  // Nothing that the hardware does ends a job by now.
  const [running] = all.running
  running!.signal()
  expect(all.jobs.filter(({ finished }) => finished.hasSignaled() && finished.status() === 1)).toEqual([])
  all.scheduler.start()
  for (const fence of all.running) fence.signal()
  expectScheduling(main, all)
}

export const SCHEDULER = [
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
    name: "ends a job, and another serves on before it is reclaimed: the others run",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      const timeline = timelineOf(main)
      const [dependency, done] = [timeline.fence(), timeline.fence()]
      all.jobs.push(all.scheduler.entity().submit({ dependencies: [dependency] }))
      all.scheduler.runNext({ run: () => done })
      return { ...all, dependency, done, ours: [open(mortal, done), open(mortal, dependency)] }
    },
    act: (_, { ours }) => ours.forEach((fence) => void fence.signal()),
    meanwhile(main, { dependency, done, jobs, scheduler }) {
      const isIdle = main.heap.words[(scheduler.address + layout.SharedObject.lock) >> 2] === 0
      const fences = [done, dependency, ...jobs.flatMap((job) => [job.scheduled, job.finished])]
      if (!isIdle || !fences.every((fence) => isFree(main, fence))) return
      dependency.signal()
      scheduler.runNext({ run: () => undefined })
    },
    after(main, all) {
      for (const fence of [all.done, all.dependency]) fence.signal()
      expectScheduling(main, all)
      main.barrier()
      for (const { scheduled, finished } of all.jobs)
        expect([isInUse(main, scheduled), isInUse(main, finished)]).toEqual([true, true])
    },
  }),
  deadly({
    name: "stops a scheduler, and starts it again: it can be stopped, and goes on",
    setup: withHardware,
    act(_, { theirs }) {
      theirs.stop({ timeoutMs: 0 })
      theirs.start()
    },
    after: expectRestart,
  }),
  deadly({
    name: "offers the jobs of a stopped scheduler again: it can be stopped, and goes on",
    setup(main, mortal) {
      const all = withHardware(main, mortal)
      expect(all.scheduler.stop()).toBe("stopped")
      return { ...all, again: all.running.map((fence) => open(mortal, fence)) }
    },
    act(_, { theirs, again }) {
      let i = 0
      theirs.resubmit({ run: () => again[i++] })
      theirs.start()
    },
    after: expectRestart,
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
  deadly({
    name: "asks about a doomed job, and does not wait for a busy lock: the job ends",
    setup(main, mortal) {
      const all = schedulerWith(main, mortal)
      const [first, second] = [main.load(polled).timeline("p").fence(), timelineOf(main).fence()]
      const closing = all.scheduler.entity()
      all.jobs.push(closing.submit({ dependencies: [second, first] }))
      main.heap.words[layout.Header.spins >> 2] = 0
      return { ...all, first, second, closing }
    },
    // By address: handles of its own would be lost.
    act({ engine, record }, { first, second, closing }) {
      engine.killEntity(record, closing.address)
      first.user = 1
      second.locked(() => engine.tryIsSignaled(record, first.address))
    },
    after(main, all) {
      for (const fence of [all.second, all.first]) fence.signal()
      // If the dead one had not begun to.
      all.closing.close()
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
]
