/**
 * Every detector has a negative control: each broken twin is raced like the real engine, and must be caught within so
 * many operations. The real engine, built the same way, must not be.
 */
import { FAULTS, RACED_FAULTS } from "./faults.js"
import { describeTrials } from "./trials.js"

describeTrials("a race", {
  // Most are caught long before; those that show only at the end have a number of their own.
  race: { operations: 500_000 },
  // F8 is in a function that issuers' drivers call on raw addresses: no role does. W4 was met in about
  // one race of fifty, and only on a busy machine. Models find both.
  faults: [...FAULTS.filter(({ id }) => id !== "F8" && id !== "W4"), ...RACED_FAULTS],
  controls: {
    fences: { operations: 40_000 },
    containers: { scenario: "containers", operations: 30_000 },
  },
})
