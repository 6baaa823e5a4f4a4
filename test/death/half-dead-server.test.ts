/**
 * Who served a scheduler dies before it has listened to the hardware, and who clears up after it dies in the middle of that. Whoever stops
 * the scheduler meanwhile finds a job that the hardware has, and nothing to take it away from: it goes on, or gives up in time, and when
 * the rest is cleared up the stop is over.
 */
import { type EngineFactory, Scheduler, type StopOutcome } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { PROVES } from "../prove.js"
import { type Engine, dies, mock, reclaim, seat, stageOf } from "./dying.js"

const { Fence, FinishedBody, Job, JobState, SharedObject } = layout
/** More accesses than either needs. */
const MOST = 3_000
/** Who clears up dies at every so-manieth of them. */
const EVERY = PROVES ? 1 : 12

interface Played {
  /** Whether the server died between two steps of this kind. */
  readonly isHalf: boolean
  /** Whether who cleared up died, and left the job and no server. */
  readonly isBetween: boolean
  readonly reaperDied: boolean
  readonly first: StopOutcome | undefined
}

/** The server dies at one access, who clears up at another; `undefined` when the server lived. */
function play(engine: Engine, serverStep: number, reaperStep: number): Played | undefined {
  const stage = stageOf(engine)
  const { main, heap } = stage
  const [mortal, reaper] = [seat(heap, engine, "mortal"), seat(heap, engine, "reaper")]
  const scheduler = Scheduler.create(main)
  const entity = scheduler.entity()
  const { finished } = entity.submit()
  const hardware = main.load(mock).timeline("t").fence()
  const theirs = mortal.thread.open(hardware.share())
  const served = Scheduler.open(mortal.thread, scheduler.share())
  if (!dies(mortal, serverStep, () => void served.runNext({ run: () => theirs }))) return undefined
  const body = heap.word(finished.address + Fence.user)
  const isHalf = () => {
    const job = heap.word(body + FinishedBody.job)
    return job !== 0 && heap.word(job + Job.state) === JobState.Running && heap.word(body + FinishedBody.parent) === 0
  }
  const wasHalf = isHalf()
  let reaperDied = false
  let first: StopOutcome | undefined
  let isBetween = false
  stage.patiently(() => {
    if (!wasHalf) return
    const info = heap.threads().find(({ name }) => name === "mortal")!
    reaperDied = dies(reaper, reaperStep, () => void reaper.thread.reclaim(info))
    // A lock that it died with is waited for, by anybody, until somebody has said that it is dead.
    const isLocked = heap.word(scheduler.address + SharedObject.lock) !== 0
    isBetween = isHalf() && !isLocked && main.engine.serverOf(scheduler.address) === 0
    if (isBetween) first = scheduler.stop({ timeoutMs: 0 })
    for (const name of ["mortal", "reaper"]) reclaim(stage, name)
    expect(scheduler.stop({ timeoutMs: 1_000 })).toBe("stopped")
    scheduler.start()
    hardware.signal()
    expect([finished.hasSignaled(), scheduler.creditsUsed]).toEqual([true, 0])
  })
  return { isHalf: wasHalf, isBetween, reaperDied, first }
}

/** Every death in between: what stops came to. */
function playAll(engine: Engine): StopOutcome[] {
  let server = 1
  for (let played = play(engine, server, MOST); played && !played.isHalf; played = play(engine, ++server, MOST));
  const outcomes: StopOutcome[] = []
  for (let step = 1; step < MOST; step += EVERY) {
    const played = play(engine, server, step)
    if (!played?.reaperDied) break
    if (played.isBetween) outcomes.push(played.first!)
  }
  return outcomes
}

test("a stop beside it goes on", { timeout: 60_000 }, () => {
  const outcomes = playAll({ factory: stepwiseEngine, flavour: "checked" })
  expect(outcomes.length).toBeGreaterThan(0)
  expect(new Set(outcomes)).toEqual(new Set(["timed-out"]))
})

test(
  "is noticed: S17: a stop takes a job away from a hardware's fence that is not there",
  { timeout: 60_000 },
  async () => {
    const twin = await buildTwin(
      {
        id: "S17",
        sentence: "a stop takes a job away from a hardware's fence that is not there",
        file: "scheduler/stop.ts",
        from: "  if (parent == Address.None) return 0\n",
        to: "  if (parent == Address.None) return 1\n",
      },
      { stepwise: true },
    )
    try {
      const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
      expect(() => playAll({ factory: instantiate, flavour: "checked" })).toThrow("is dropped that nobody held")
    } finally {
      twin.remove()
    }
  },
)
