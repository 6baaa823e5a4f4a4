/** Broken twins of the engine that the race over schedulers must catch. */
import { RACED_SCHEDULER_FAULTS } from "./scheduler-faults.js"
import { describeTrials } from "./trials.js"
import { FOR_PROOF, forCiUnless } from "../prove.js"

const SHORT = new Set(["S1", "the same race"])
/** They take longest until they are seen. */
const LATE = new Set(["S12", "S18", "S19"])

describeTrials("a race over schedulers", {
  race: { scenario: "schedulers", operations: 90_000 },
  faults: RACED_SCHEDULER_FAULTS,
  controls: { "the same race": { operations: 20_000 } },
  optionsOf: (name) => (LATE.has(name) ? FOR_PROOF : forCiUnless(SHORT.has(name))),
})
