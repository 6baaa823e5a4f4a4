/** Schedulers: refusals, heaps that are full, many jobs, and serving on the event loop. What the kernel tests is in test/kernel. */
import { Entity, Scheduler, type SubmittedJob } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { schedulerWorld } from "../kernel/mock-scheduler.js"
import { BUILDS } from "./world.js"
import { forCiUnless } from "../prove.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  const configuration = { ...build, fenceLock: "inline" } as const

  test("wrong numbers, stale and foreign handles", () => {
    const { thread, keep, mock, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    expect(() => Scheduler.create(thread, { credits: 0 })).toThrow(RangeError)
    expect(() => Scheduler.create(thread, { timeoutMs: -1 })).toThrow(RangeError)
    expect(() => Entity.create(thread, [])).toThrow(RangeError)
    const entity = keep(scheduler.entity())
    expect(() => entity.submit({ credits: 0.5 })).toThrow(RangeError)
    expect(() => void (entity.priority = 4 as never)).toThrow(RangeError)
    const gone = scheduler.entity()
    const token = gone.share()
    gone.drop()
    thread.barrier()
    expect(() => gone.submit()).toThrow(code("STALE"))
    expect(() => Entity.open(thread, token)).toThrow(code("STALE"))
    // @ts-expect-error: the token of an entity
    expect(() => Scheduler.open(thread, token)).toThrow(TypeError)
    end()
  })

  test.each(["objects", "fences", "callbacks", "containers"] as const)("a heap full of %s loses nothing", (what) => {
    const { heap, thread, keep, mock, timeline, end } = schedulerWorld(configuration, { [what]: 12 })
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const dependency = timeline.fence()
    const jobs: SubmittedJob[] = []
    const used = () => {
      thread.barrier()
      const { objects, fences, callbacks, containers } = heap.accounts()
      return [objects, fences, callbacks, containers].map(({ inUse }) => inUse)
    }
    let before = used()
    const submit = () => {
      for (;;) {
        before = used()
        jobs.push(entity.submit({ dependencies: [dependency] }))
      }
    }
    expect(submit).toThrow(code("FULL"))
    expect(used()).toEqual(before)
    dependency.signal()
    dependency.drop()
    while (jobs.some(({ finished }) => !finished.hasSignaled())) scheduler.runNext({ run: () => undefined })
    for (const job of jobs) job.drop()
    end()
  })

  test.each(["objects", "lists"] as const)("a heap that lacks %s for an entity says so", (what) => {
    const { keep, mock, end } = schedulerWorld(configuration, { [what]: 12 })
    const { scheduler } = mock()
    const make = () => {
      for (;;) keep(scheduler.entity())
    }
    expect(make).toThrow(`12 of 12 ${what}`)
    end()
  })

  test(
    "100,000 jobs, and memory comes back",
    forCiUnless(build.engine === "wasm" && build.flavour === "release"),
    () => {
      const n = build.engine === "wasm" || build.flavour === "release" ? 100_000 : 20_000
      const { heap, thread, keep, mock, end } = schedulerWorld(configuration)
      const { scheduler, started, drain } = mock({ credits: 128 })
      const entities = [0, 1, 2, 3].map(() => keep(scheduler.entity()))
      let before: SubmittedJob | undefined
      for (let i = 0; i < n; i++) {
        const job = entities[i % 4]!.submit({ data: i, dependencies: before ? [before.finished] : [] })
        before?.drop()
        before = job
        if (i % 500 === 499) drain()
      }
      drain()
      expect(before?.finished.hasSignaled()).toBe(true)
      before?.drop()
      expect(started).toHaveLength(n)
      thread.barrier()
      expect(heap.accounts().objects.inUse).toBe(5)
      end()
    },
  )

  test("1,000 jobs of a closed entity end without a deep stack", () => {
    const n = 1_000
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const jobs = Array.from({ length: n }, () => entity.submit())
    entity.close()
    expect(jobs.every(({ finished }) => finished.status() === -3)).toBe(true)
    for (const job of jobs) job.drop()
    end()
  })

  test("of several schedulers the least loaded is chosen, while there are no jobs left", () => {
    const { thread, keep, mock, end } = schedulerWorld(configuration)
    const [busy, idle] = [mock(), mock()]
    const other = keep(busy.scheduler.entity())
    const jobs = [keep(other.submit()), keep(other.submit())]
    const entity = keep(Entity.create(thread, [busy.scheduler, idle.scheduler]))
    jobs.push(keep(entity.submit()), keep(entity.submit()))
    expect([busy.scheduler.load, idle.scheduler.load]).toEqual([2, 2])
    busy.drain()
    idle.drain()
    expect([busy.started.length, idle.started.length]).toEqual([2, 2])
    end()
  })

  test("served on the event loop until aborted", async () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const abort = new AbortController()
    const run = () => {
      const fence = timeline.fence()
      setTimeout(() => {
        fence.signal()
        fence.drop()
      }, 1)
      return fence
    }
    const served = scheduler.serve({ run }, abort.signal)
    const first = keep(entity.submit())
    expect(await first.finished.wait({ timeoutMs: 10_000 })).toBe("signaled")
    const second = keep(entity.submit({ dependencies: [first.finished] }))
    expect(await second.finished.wait({ timeoutMs: 10_000 })).toBe("signaled")
    abort.abort()
    await served
    end()
  })
})
