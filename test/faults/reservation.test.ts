/** Broken twins of the engine that the races over reservations must catch. */
import { DEAD_HOLDER, DEATH, LOCKS, RESERVATION_FAULTS, WALKS } from "./reservation-faults.js"
import { describeTrials } from "./trials.js"
import { FOR_PROOF, forCiUnless } from "../prove.js"

const SHORT = new Set(["F25"])
/** They take longest until they are seen. */
const LATE = new Set(["F21", "L2b"])

describeTrials("a race over reservations", {
  race: { operations: 400_000 },
  faults: [...RESERVATION_FAULTS, DEAD_HOLDER],
  controls: {
    "those who walk": { ...WALKS, operations: 40_000 },
    "those who lock": { ...LOCKS, operations: 20_000 },
    "one dies": { ...DEATH, operations: 15_000 },
  },
  optionsOf: (name) => (LATE.has(name) ? FOR_PROOF : forCiUnless(SHORT.has(name))),
})
