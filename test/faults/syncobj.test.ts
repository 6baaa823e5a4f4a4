/** Broken twins of the engine that the race over syncobjs must catch. */
import { RACED_SYNCOBJ_FAULTS, SYNCOBJ_FAULTS } from "./syncobj-faults.js"
import { describeTrials } from "./trials.js"
import { FOR_PROOF, forCiUnless } from "../prove.js"

const SHORT = new Set(["Y9"])

describeTrials("a race over syncobjs", {
  race: { scenario: "syncobjs", operations: 80_000 },
  // In the race everybody holds every syncobj, and another submission soon follows: these two are for the models.
  faults: [...SYNCOBJ_FAULTS.filter(({ id }) => id !== "Y6" && id !== "Y7"), ...RACED_SYNCOBJ_FAULTS],
  controls: { "the same race": { operations: 20_000 } },
  optionsOf: (name) => (name === "Y8" ? FOR_PROOF : forCiUnless(SHORT.has(name))),
})
