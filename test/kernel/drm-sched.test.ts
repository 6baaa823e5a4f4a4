/** "drm_sched", the kernel's KUnit suites for its scheduler: upstream's cases, by upstream's names. */
import { Entity, Priority, type SubmittedJob, errnoName } from "@outlive/core"
import { expect } from "vitest"
import { Random } from "@outlive/workers"
import { schedulerWorld } from "./mock-scheduler.js"
import { type Configuration, suite } from "./suite.js"

const QUEUE = 100
const SEED = 20_261_123

/** Status of a finished fence, as a name. */
function statusOf({ finished }: SubmittedJob): string {
  const status = finished.status()
  return status < 0 ? errnoName(status) : status === 1 ? "done" : "pending"
}

/** Several queues of jobs, perhaps each depending on the one before it in the next queue. */
function basicTest(queues: number, dependencies: "none" | "chain" | "between"): (c: Configuration) => void {
  return (configuration) => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, started, drain } = mock()
    const entities = Array.from({ length: queues }, () => keep(scheduler.entity()))
    const jobs: SubmittedJob[] = []
    for (let i = 0; i < QUEUE; i++)
      for (const [q, entity] of entities.entries()) {
        const before =
          dependencies === "none" ? undefined : dependencies === "chain" ? jobs.at(-1) : jobs.at(-queues + 1)
        const job = entity.submit({ data: i * queues + q, dependencies: before ? [before.finished] : [] })
        jobs.push(keep(job))
      }
    drain()
    expect(jobs.map(statusOf)).toEqual(jobs.map(() => "done"))
    expect(started).toHaveLength(jobs.length)
    for (const [q] of entities.entries()) {
      const mine = started.filter((data) => data % queues === q)
      expect(mine, "an entity's jobs run in order").toEqual(mine.toSorted((a, b) => a - b))
    }
    end()
  }
}

suite(
  { name: "drm_sched", upstream: 13 },
  {
    drm_sched_basic_submit(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, run, advance } = mock()
      const job = keep(keep(scheduler.entity()).submit())
      expect(job.scheduled.hasSignaled()).toBe(false)
      run()
      expect([job.scheduled.hasSignaled(), statusOf(job)]).toEqual([true, "pending"])
      expect(advance()).toBe(1)
      expect(statusOf(job)).toBe("done")
      end()
    },
    "drm_sched_basic_test: a queue of jobs in a single entity": basicTest(1, "none"),
    "drm_sched_basic_test: a chain of dependent jobs in one entity": basicTest(1, "chain"),
    "drm_sched_basic_test: parallel queues": basicTest(4, "none"),
    "drm_sched_basic_test: parallel queues with inter-dependencies": basicTest(4, "between"),
    drm_sched_basic_entity_cleanup(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, run, advance, drain } = mock({ credits: 16 })
      const entities = Array.from({ length: 4 }, () => scheduler.entity())
      const jobs: SubmittedJob[] = []
      let before: SubmittedJob | undefined
      for (let i = 0; i < QUEUE; i++)
        for (const entity of entities) {
          before = keep(entity.submit({ dependencies: before ? [before.finished] : [], dontPipeline: i % 2 === 0 }))
          jobs.push(before)
        }
      for (let i = 0; i < 5; i++) {
        run()
        advance(1)
      }
      run()
      // Torn down with jobs in the queues, and some in the hardware.
      for (const entity of entities) {
        entity.close()
        entity.drop()
      }
      drain()
      const ends = jobs.map(statusOf)
      expect(new Set(ends)).toEqual(new Set(["done", "ESRCH"]))
      expect(ends.filter((e) => e === "done").length).toBeGreaterThanOrEqual(3)
      expect(jobs.every((job) => job.scheduled.hasSignaled())).toBe(true)
      end()
    },
    drm_sched_basic_cancel(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, run } = mock()
      const entity = keep(scheduler.entity())
      const [first, second] = [keep(entity.submit()), keep(entity.submit())]
      run()
      expect(first.scheduled.hasSignaled()).toBe(true)
      scheduler.close()
      expect([first, second].map(statusOf)).toEqual(["ECANCELED", "ECANCELED"])
      expect(() => entity.submit()).toThrow(expect.objectContaining({ code: "ENOENT" }))
      end()
    },
    drm_sched_basic_timeout(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, hardware, timedOut, run } = mock({ timeoutMs: 5 })
      const job = keep(keep(scheduler.entity()).submit({ data: 7 }))
      run()
      expect([job.scheduled.hasSignaled(), statusOf(job)]).toEqual([true, "pending"])
      for (let leftMs = scheduler.checkTimeout(hardware); leftMs !== Infinity;)
        leftMs = scheduler.checkTimeout(hardware)
      expect([timedOut, statusOf(job)]).toEqual([[7], "ETIMEDOUT"])
      end()
    },
    drm_sched_skip_reset(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, hardware, timedOut, run, advance } = mock({ timeoutMs: 3 }, () => "no-hang")
      const job = keep(keep(scheduler.entity()).submit({ data: 8 }))
      run()
      while (timedOut.length === 0) scheduler.checkTimeout(hardware)
      // On a loaded machine its time may be up again before the first call has returned.
      expect([[...new Set(timedOut)], statusOf(job)], "the job goes on").toEqual([[8], "pending"])
      expect(advance()).toBe(1)
      expect(statusOf(job)).toBe("done")
      end()
    },
    drm_sched_priorities(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, started, drain } = mock({ credits: 1 })
      const priorities = [Priority.Low, Priority.Normal, Priority.High, Priority.Kernel]
      const jobs = priorities.flatMap((priority) => {
        const entity = keep(scheduler.entity({ priority }))
        return Array.from({ length: 8 }, () => keep(entity.submit({ data: priority })))
      })
      drain()
      expect(jobs.map(statusOf)).toEqual(jobs.map(() => "done"))
      expect(started, "the most urgent first").toEqual(started.toSorted((a, b) => a - b))
      end()
    },
    drm_sched_change_priority(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, started, run, advance, drain } = mock({ credits: 1 })
      const random = new Random(SEED)
      const entities = Array.from({ length: 4 }, () => keep(scheduler.entity({ priority: Priority.Low })))
      const jobs: SubmittedJob[] = []
      for (let i = 0; i < 64; i++) jobs.push(keep(entities[i % 4]!.submit({ data: i % 4 })))
      for (let i = 0; i < 16; i++) {
        run()
        advance()
        entities[random.below(4)]!.priority = random.below(4) as Priority
      }
      for (const entity of entities) entity.priority = Priority.Low
      entities[2]!.priority = Priority.Kernel
      const from = started.length
      drain()
      const mine = started.slice(from).lastIndexOf(2) + 1
      expect(started.slice(from, from + mine), "all of the urgent one's first").toEqual(
        Array.from({ length: mine }).fill(2),
      )
      expect(jobs.map(statusOf)).toEqual(jobs.map(() => "done"))
      end()
    },
    drm_sched_test_modify_sched(configuration) {
      const { keep, mock, thread, end } = schedulerWorld(configuration)
      const mocks = [mock(), mock(), mock()]
      const entities = Array.from({ length: 13 }, (_, i) => keep(Entity.create(thread, [mocks[i % 3]!.scheduler])))
      const jobs: SubmittedJob[] = []
      for (let i = 0; i < 1_000; i++) {
        entities[i % 13]!.modifySchedulers([mocks[i % 3]!.scheduler])
        jobs.push(keep(entities[i % 13]!.submit({ data: i })))
        if (i % 50 === 0) for (const { drain } of mocks) drain()
      }
      for (let round = 0; round < 20; round++) for (const { drain } of mocks) drain()
      expect(jobs.map(statusOf)).toEqual(jobs.map(() => "done"))
      for (const { started } of mocks) expect(started.length, "each has its share").toBeGreaterThan(100)
      end()
    },
    drm_sched_test_credits(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, run, advance } = mock({ credits: 1 })
      const entity = keep(scheduler.entity())
      const [first, second] = [keep(entity.submit()), keep(entity.submit())]
      run()
      expect([first.scheduled.hasSignaled(), second.scheduled.hasSignaled()]).toEqual([true, false])
      advance()
      run()
      expect([statusOf(first), second.scheduled.hasSignaled()]).toEqual(["done", true])
      advance()
      expect(statusOf(second)).toBe("done")
      expect(() => entity.submit({ credits: 2 })).toThrow(expect.objectContaining({ code: "EINVAL" }))
      end()
    },
  },
  {
    "the deadline of a finished fence reaches the hardware, before and after it has the job"(configuration) {
      const asked: [number, bigint][] = []
      const { keep, mock, end } = schedulerWorld(configuration, {
        ops: { setDeadline: (fence, ns) => void asked.push([fence.address, ns]) },
      })
      const { scheduler, run, advance } = mock()
      const entity = keep(scheduler.entity())
      const [early, late] = [keep(entity.submit()), keep(entity.submit())]
      early.finished.setDeadline(500n)
      early.finished.setDeadline(900n)
      run()
      late.finished.setDeadline(700n)
      late.finished.setDeadline(600n)
      late.finished.setDeadline(800n)
      expect(asked.map(([, ns]) => ns)).toEqual([500n, 700n, 600n])
      advance(2)
      end()
    },
    "an error of the hardware is the job's; what run throws is EIO"(configuration) {
      const { keep, mock, timeline, end } = schedulerWorld(configuration)
      const { scheduler } = mock()
      const entity = keep(scheduler.entity())
      const [first, second, third] = [keep(entity.submit()), keep(entity.submit()), keep(entity.submit())]
      const broken = timeline.fence()
      scheduler.runNext({ run: () => broken })
      broken.setError(-71)
      broken.signal()
      broken.drop()
      const throwing = {
        run: () => {
          throw new Error("no such engine")
        },
      }
      expect(() => scheduler.runNext(throwing)).toThrow("no such engine")
      scheduler.runNext({ run: () => undefined })
      expect([first, second, third].map(statusOf)).toEqual(["EPROTO", "EIO", "done"])
      end()
    },
    "names, contexts and seqnos of the two fences"(configuration) {
      const { keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, drain } = mock({ name: "ring 0" })
      const entity = keep(scheduler.entity())
      const [first, second] = [keep(entity.submit()), keep(entity.submit())]
      expect([first.scheduled.driverName(), first.finished.timelineName()]).toEqual(["drm_sched", "ring 0"])
      expect(first.finished.context).toBe(first.scheduled.context + 1n)
      expect([first.scheduled.seqno, first.finished.seqno, second.finished.seqno]).toEqual([1n, 1n, 2n])
      drain()
      // KERNEL: there they keep their ops; here they outlive their scheduler.
      expect([first.scheduled.driverName(), first.finished.timelineName()]).toEqual([
        "detached-driver",
        "signaled-timeline",
      ])
      end()
    },
  },
)
