/**
 * An oops in the middle of serving: the job that was being offered ends with ECANCELED, whoever offered it serves no more, and the
 * next job can be offered, here or elsewhere (`scheduler/abandon.ts`).
 */
import { type EngineFactory, type Fence, Scheduler, type SchedulerOptions } from "@outlive/core"
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { buildTwin } from "../faults/twin.js"
import { BUILDS, world } from "./world.js"

type Options = NonNullable<Parameters<typeof world>[0]>

const ECANCELED = -125

/** `run` returns a fence whose lock its own thread holds: the job cannot be started, and that is told. */
function play(options: Options, mode: SchedulerOptions = {}, lock: "inline" | "external" = "inline") {
  const w = world(options)
  const scheduler = Scheduler.create(w.thread, { credits: 1, ...mode })
  const entity = scheduler.entity()
  const jobs = [entity.submit(), entity.submit()]
  const timeline = w.module.timeline("hardware", { lock })
  const parent = timeline.fence()
  const offer = (fence: Fence) => scheduler.runNext({ run: () => fence })
  let thrown: unknown
  try {
    parent.locked(() => offer(parent))
  } catch (error) {
    thrown = error instanceof AggregateError ? "several" : (error as { code?: string }).code
  }
  const { finished } = jobs[0]!
  const atOnce = finished.hasSignaled() && finished.status()
  const next = offer(parent)
  const ended = finished.hasSignaled() && finished.status()
  parent.signal()
  const seen = { thrown, atOnce, next, ended, last: jobs[1]!.finished.status(), used: scheduler.creditsUsed }
  for (const handle of [...jobs, parent, entity, scheduler]) handle.drop()
  for (const open of [timeline, w.timeline]) open.close()
  w.module.unload()
  w.thread.barrier()
  const { balanced, fences, objects, containers } = w.heap.accounts()
  return { ...seen, balanced, left: [fences, objects, containers].map(({ inUse }) => inUse) }
}

const SOUND = { next: true, ended: ECANCELED, last: 1, used: 0, balanced: true, left: [0, 0, 0] }
const AT_ONCE = { ...SOUND, thrown: "SELF_DEADLOCK", atOnce: ECANCELED }

describe.each(BUILDS)("$engine $flavour", (build) => {
  for (const parent of ["dropped", "kept"] as const)
    for (const lock of ["inline", "external"] as const) {
      test(`the job ends at once; the parent is ${parent}, its lock ${lock}`, () => {
        expect(play({ ...build, lockOrder: false }, { parent }, lock)).toEqual(AT_ONCE)
      })

      test(`who may take no fence's lock leaves it to whoever looks next; the parent is ${parent}, its lock ${lock}`, () => {
        const { thrown, atOnce, ...seen } = play(build, { parent }, lock)
        expect(seen).toEqual(SOUND)
        if (build.flavour === "release") expect([thrown, atOnce]).toEqual([AT_ONCE.thrown, ECANCELED])
        // With an oops on the way out as well, there are two.
        else expect(thrown).toBeOneOf(["LOCK_ORDER", "SELF_DEADLOCK", "several"])
      })
    }
})

/** What can be forgotten. */
const TWINS: readonly (Omit<Fault, "model"> & { readonly lockOrder: boolean })[] = [
  {
    id: "A1",
    sentence: "the job is left where it stands",
    file: "scheduler/abandon.ts",
    from: "  endJob(thread, finished, ECANCELED)\n",
    to: "",
    lockOrder: false,
  },
  {
    id: "A2",
    sentence: "the reference that a start would have taken over is kept",
    file: "scheduler/abandon.ts",
    from: "  dropRef(thread, finished)\n",
    to: "",
    lockOrder: false,
  },
  {
    id: "A3",
    sentence: "the thread goes on to be the server",
    file: "scheduler/abandon.ts",
    from: "  endServing(thread, scheduler)\n",
    to: "",
    lockOrder: false,
  },
  {
    id: "A4",
    sentence: "whoever takes a job does not look for one that was left, which has the credits",
    file: "scheduler/take.ts",
    from: "  let isReapDue = retryRefused(scheduler) || load(scheduler + Scheduler.left) != 0\n",
    to: "  let isReapDue = retryRefused(scheduler)\n",
    lockOrder: true,
  },
]

describe("is noticed:", () => {
  test.each(TWINS)("$id: $sentence", async ({ lockOrder, ...fault }) => {
    const twin = await buildTwin(fault)
    try {
      const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
      const outcome = (options: Options = {}) => {
        try {
          return play({ engine: "js", flavour: "checked", lockOrder, ...options })
        } catch (error) {
          return error
        }
      }
      expect(outcome({ substitute: { factory: instantiate } })).not.toEqual(outcome())
    } finally {
      twin.remove()
    }
  })
})
