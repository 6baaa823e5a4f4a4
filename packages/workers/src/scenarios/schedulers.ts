/** Schedulers: jobs that depend on each other across threads, entities moved and closed with jobs pending, resets. */
import { Scheduler } from "@outlive/core"
import { hardware } from "../roles/schedulers/hardware.js"
import { entityMover } from "../roles/schedulers/mover.js"
import { PLACES, type Scheduled, gpu, ring } from "../roles/schedulers/scheduled.js"
import { jobSubmitter } from "../roles/schedulers/submitter.js"
import { defineScenario } from "../scenario.js"

const CREDITS = 4
/** Longer than any job takes; a dead thread's are ended after it. */
const LONG_TIMEOUT_MS = 1_000
/** As long as many take: the time-out and the hardware come to end them together. */
const SHORT_TIMEOUT_MS = 1

export const schedulers = defineScenario<Scheduled>({
  name: "schedulers",
  about: "Every job ends, and nothing is lost.",
  cast: { first: [hardware, jobSubmitter, hardware, jobSubmitter, entityMover], more: [jobSubmitter] },
  leastThreads: 2,
  lifetimes: ["independent"],
  // Who has submitted waits until its jobs have run.
  phases: [["submitter", "mover"], ["hardware"]],
  modules: () => [gpu, ring],
  capacities: ({ slots }) => ({
    fences: 2_048,
    objects: 1_024,
    containers: 1_024,
    lists: 64,
    cells: slots,
    spins: 200,
  }),
  setup({ thread, cast, settings }) {
    const serving = cast.flatMap((role, index) => (role === "hardware" ? [index] : []))
    const all = serving.map((index) => ({
      index,
      scheduler: Scheduler.create(thread, {
        name: `ring ${index}`,
        credits: CREDITS,
        ...(index === serving[0]
          ? { policy: "strict", timeoutMs: LONG_TIMEOUT_MS, module: thread.load(gpu) }
          : { policy: "fair", timeoutMs: SHORT_TIMEOUT_MS, parent: "kept" }),
      }),
    }))
    return {
      tokens: {
        schedulers: all.map(({ index, scheduler }) => ({ thread: index, token: scheduler.share() })),
        places: new Int32Array(new SharedArrayBuffer(8 * PLACES * cast.length)),
      },
      end() {
        for (let slot = 0; slot < settings.slots; slot++) thread.replaceAt(slot, undefined)?.drop()
        for (const { scheduler } of all) scheduler.drop()
        thread.barrier()
        for (const module of [ring, gpu]) thread.load(module).tryUnload()
      },
    }
  },
})
