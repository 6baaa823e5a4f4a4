/** The race over syncobjs, and broken twins that it must catch. */
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { SYNCOBJ_FAULTS } from "../faults/syncobj-faults.js"
import { describeTrials } from "../faults/trials.js"
import { lostIn } from "./reporting.js"
import { SEED, race } from "./syncobj-race.js"

describe("every wait ends when it should, and nothing is lost", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      test(`${engine} ${flavour}`, async () => {
        const { counts, violations, accounts } = await race({ engine, flavour, slow: engine === "js", ms: 1_500 })
        expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
        expect(Object.keys(counts)).toEqual(
          expect.arrayContaining(["submitted", "replaced", "moved", "nothing there", "slept", "awaited"]),
        )
        expect(lostIn(accounts)).toBeUndefined()
      })
})

const FAULTS: readonly Fault[] = [
  ...SYNCOBJ_FAULTS,
  {
    id: "Y2",
    sentence: "a place forgets the reference on what was in it",
    file: "composite/syncobj.ts",
    from: "  if (before != Address.None) dropRef(thread, before)\n",
    to: "",
  },
  {
    id: "Y3",
    sentence: "a point is put on top of what is there without the lock",
    file: "composite/syncobj.ts",
    from: "  addRef(fence)\n  lock(thread, syncobj + SharedObject.lock)\n  // The link",
    to: "  addRef(fence)\n  // The link",
    also: [
      {
        file: "composite/syncobj.ts",
        from: "    putFenceLocked(thread, syncobj, chain)\n  }\n  unlock(thread, syncobj + SharedObject.lock)\n",
        to: "    putFenceLocked(thread, syncobj, chain)\n  }\n",
      },
    ],
  },
]

describeTrials("a race over syncobjs", {
  module: new URL("syncobj-race.ts", import.meta.url),
  seed: SEED,
  faults: FAULTS,
  task: () => ({ engine: "js", flavour: "checked", slow: true, ms: 8_000 }),
  controls: { "the same race": { engine: "js", flavour: "checked", slow: true, ms: 2_000 } },
})
