/** Who sleeps on a lock is woken in the place of one that died; and a twin that does not do that is caught. */
import { expect, test } from "vitest"
import { describeTrials } from "../faults/trials.js"
import { sleepOnLock } from "./sleepers.js"

test.each(["wasm", "js"] as const)(
  "who sleeps on the lock that a dead thread was woken for gets it: %s",
  async (engine) => {
    expect(await sleepOnLock({ engine })).toBe(true)
  },
)

describeTrials("sleeping on a lock", {
  module: new URL("sleepers.ts", import.meta.url),
  seed: 0,
  faults: [
    {
      id: "D9",
      sentence: "nobody is woken in the place of the dead",
      file: "fence/reclaim.ts",
      from: "  wakeInstead(dead)\n",
      to: "",
    },
  ],
  task: () => ({ engine: "js", flavour: "checked", patienceMs: 2_000 }),
  controls: { "the same two": { engine: "js", flavour: "checked" } },
})
