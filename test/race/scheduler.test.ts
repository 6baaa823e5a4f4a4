/** The race over schedulers, and broken twins that it must catch. */
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { describeTrials } from "../faults/trials.js"
import { lostIn } from "./reporting.js"
import { SEED, race } from "./scheduler-race.js"

describe("every job ends, and nothing is lost", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      test(`${engine} ${flavour}`, async () => {
        const { counts, violations, accounts } = await race({ engine, flavour, slow: engine === "js", ms: 1_500 })
        expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
        expect(Object.keys(counts)).toEqual(expect.arrayContaining(["submitted", "signaled", "EIO", "ESRCH", "closed"]))
        expect(lostIn(accounts)).toBeUndefined()
      })
})

const FAULTS: readonly Fault[] = [
  {
    id: "S1",
    sentence: "a job is ended by everybody who comes to end it",
    file: "scheduler/run.ts",
    from: "  const pending = hang(thread, parent, body + Body.node)\n",
    to: "  const pending = hang(thread, parent, body + Body.node) == 2\n",
  },
  {
    id: "S2",
    sentence: "who closes an entity does not look for jobs that must end",
    file: "scheduler/finish.ts",
    from: "    const finished = takeDoomed(thread, scheduler)\n",
    to: "    const finished = thread ? 0 : takeDoomed(thread, scheduler)\n",
  },
  {
    id: "S3",
    sentence: "a dependency's record is given back while its fence is about to run it",
    file: "scheduler/dependencies.ts",
    from: "  if (isLinkedLocked(node)) unlinkLocked(fence, node)\n",
    to: "",
  },
]

describeTrials("a race over schedulers", {
  module: new URL("scheduler-race.ts", import.meta.url),
  seed: SEED,
  faults: FAULTS,
  task: () => ({ engine: "js", flavour: "checked", slow: true, ms: 8_000 }),
  controls: { "the same race": { engine: "js", flavour: "checked", slow: true, ms: 2_000 } },
})
