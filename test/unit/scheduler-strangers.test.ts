/** Anybody may complete any fence, a job's as well: the job is its scheduler's all the same, and ends with its hardware. */
import { type EngineFactory, type Fence, Scheduler, type SchedulerOptions, type SubmittedJob } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { BUILDS, world } from "./world.js"

type Build = (typeof BUILDS)[number]

/** When somebody else completes the finished fence. */
const MOMENTS = ["in the queue", "inside run", "with the hardware"] as const

const MODES: readonly SchedulerOptions[] = [{ parent: "dropped" }, { parent: "kept" }]

/** Plays it to its end, and says what is left. */
function play(build: Build, when: (typeof MOMENTS)[number], mode: SchedulerOptions, factory?: EngineFactory) {
  const w = world({ ...build, ...(factory ? { substitute: { factory } } : {}) })
  const scheduler = Scheduler.create(w.thread, { credits: 1, ...mode })
  const entity = scheduler.entity()
  const jobs: SubmittedJob[] = [entity.submit(), entity.submit()]
  const first = jobs[0]!.finished
  const parents: Fence[] = []
  const hardware = {
    run() {
      if (when === "inside run" && parents.length === 0) first.signal()
      const parent = w.timeline.fence()
      parents.push(parent)
      return parent
    },
  }
  if (when === "in the queue") first.signal()
  scheduler.runNext(hardware)
  if (when === "with the hardware") first.signal()
  // The hardware is busy with it still: there is one credit.
  const early = scheduler.runNext(hardware)
  const used = scheduler.creditsUsed
  // A stop takes it away from its hardware, and a start gives it back.
  const stopped = scheduler.stop({ timeoutMs: 100 })
  scheduler.start()
  parents[0]!.signal()
  scheduler.runNext(hardware)
  parents[1]?.signal()
  const seen = {
    early,
    used,
    stopped,
    ended: jobs.map(({ scheduled, finished }) => scheduled.hasSignaled() && finished.hasSignaled()),
    load: scheduler.load,
    credits: scheduler.creditsUsed,
  }
  for (const handle of [...parents, ...jobs, entity, scheduler]) handle.drop()
  w.close()
  return { ...seen, objects: w.heap.accounts().objects.inUse }
}

const SOUND = { early: false, used: 1, stopped: "stopped", ended: [true, true], load: 0, credits: 0, objects: 0 }

describe.each(BUILDS)("$engine $flavour", (build) => {
  for (const when of MOMENTS)
    for (const mode of MODES)
      test(`a finished fence that somebody else completes ${when}; the parent is ${mode.parent}`, () => {
        expect(play(build, when, mode)).toEqual(SOUND)
      })

  test("an issuer that says so of a job's fences completes them, and the job ends with its hardware", () => {
    const w = world({ ...build, ops: { pollSignaled: () => true } })
    const scheduler = Scheduler.create(w.thread, { module: w.module })
    const entity = scheduler.entity()
    const job = entity.submit()
    expect([job.finished.isSignaled(), scheduler.load]).toEqual([true, 1])
    const parent = w.timeline.fence()
    scheduler.runNext({ run: () => parent })
    expect(scheduler.load).toBe(1)
    parent.signal()
    expect([scheduler.load, scheduler.creditsUsed]).toEqual([0, 0])
    for (const handle of [job, parent, entity, scheduler]) handle.drop()
    w.close()
  })

  test.each(MODES)("a job's own finished fence is none of its hardware's: it ends with EIO ($parent)", (mode) => {
    const w = world(build)
    const scheduler = Scheduler.create(w.thread, mode)
    const entity = scheduler.entity()
    const job = entity.submit()
    const own = expect.objectContaining({ code: "EINVAL" }) as Error
    expect(() => scheduler.runNext({ run: ({ finished }) => finished })).toThrow(own)
    expect([job.finished.status(), scheduler.load]).toEqual([-5, 0])
    for (const handle of [job, entity, scheduler]) handle.drop()
    w.close()
    expect(w.heap.accounts().objects.inUse).toBe(0)
  })
})

test("is noticed: S16: whether a job has ended is read off its finished fence", async () => {
  const twin = await buildTwin({
    id: "S16",
    sentence: "whether a job has ended is read off its finished fence",
    file: "scheduler/run.ts",
    from: "    mine = peek(job + Job.state) == JobState.Running && ",
    to: "    mine = (peek(finished + 12) & 8) == 0 && ",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    const build = { engine: "js", flavour: "checked" } as const
    const outcome = () => {
      try {
        return play(build, "in the queue", {}, instantiate)
      } catch (error) {
        return error
      }
    }
    expect(outcome()).not.toEqual(SOUND)
  } finally {
    twin.remove()
  }
})
