/**
 * Every detector has a negative control: each broken twin is raced like the real engine, and must be caught within so
 * many operations. The real engine, built the same way, must not be.
 */
import { FAULTS, RACED_FAULTS } from "./faults.js"
import { describeTrials } from "./trials.js"
import { FOR_PROOF, forCiUnless } from "../prove.js"

const SHORT = new Set(["F20", "F24"])
/** They take longest until they are seen. */
const LATE = new Set(["W3", "F15", "F17", "F19", "F27"])

describeTrials("a race", {
  // Most are caught long before; those that show only at the end have a number of their own.
  race: { operations: 500_000 },
  faults: [...FAULTS.filter(({ notRaced }) => notRaced === undefined), ...RACED_FAULTS],
  controls: {
    fences: { operations: 40_000 },
    containers: { scenario: "containers", operations: 30_000 },
  },
  optionsOf: (name) => (LATE.has(name) ? FOR_PROOF : forCiUnless(SHORT.has(name))),
})
