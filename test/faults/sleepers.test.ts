/** A broken twin under which whoever sleeps on the lock of a thread that died sleeps on. */
import { SLEEPS_ON } from "./faults.js"
import { describeTrials } from "./trials.js"
import { FOR_CI } from "../prove.js"

describeTrials("sleeping on a lock", {
  race: { scenario: "sleepers", threads: 2, perturbation: false },
  faults: [
    {
      id: "D9",
      sentence: "nobody is woken in the place of the dead",
      file: "death/reclaim.ts",
      from: "  wakeInstead(dead)\n",
      to: "",
      also: [SLEEPS_ON],
      // The one that lives sleeps for ever: longer than waking takes.
      race: { seconds: 3 },
    },
  ],
  controls: { "the same two": {} },
  optionsOf: () => FOR_CI,
})
