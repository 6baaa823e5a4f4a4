/** The race over schedulers, and broken twins that it must catch. */
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { SCHEDULER_FAULTS } from "../faults/scheduler-faults.js"
import { describeTrials } from "../faults/trials.js"
import { lostIn } from "./reporting.js"
import { SEED, race } from "./scheduler-race.js"

/** Both sides of each race must have happened. */
const SIDES = [
  "submitted",
  "signaled",
  "EIO",
  "ESRCH",
  "ECANCELED",
  "closed",
  "moved",
  "pushed",
  "push: ENOENT",
  "offered again",
]

describe("every job ends, and nothing is lost", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      test(`${engine} ${flavour}`, async () => {
        const { counts, violations, accounts } = await race({ engine, flavour, slow: engine === "js", ms: 1_500 })
        expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
        expect(Object.keys(counts)).toEqual(expect.arrayContaining(SIDES))
        expect(lostIn(accounts)).toBeUndefined()
      })
})

/** Those that need no luck to be met: the others are found by the models, in some order of steps. */
const RACED = ["S1", "S2", "S4", "S5", "S6", "S9"]

const FAULTS: readonly Fault[] = [
  ...SCHEDULER_FAULTS.filter(({ id }) => RACED.includes(id)),
  {
    id: "S12",
    sentence: "what a job waited for completes, and nobody asks about the job again",
    file: "scheduler/ask.ts",
    from: "      poke(job + Job.readiness, Readiness.Unasked)\n    }\n    addObjectRef",
    to: "    }\n    addObjectRef",
  },
]

describeTrials("a race over schedulers", {
  module: new URL("scheduler-race.ts", import.meta.url),
  seed: SEED,
  faults: FAULTS,
  task: () => ({ engine: "js", flavour: "checked", slow: true, ms: 8_000 }),
  controls: { "the same race": { engine: "js", flavour: "checked", slow: true, ms: 2_000 } },
})
