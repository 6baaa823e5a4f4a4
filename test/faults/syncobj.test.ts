/** Broken twins of the engine that the race over syncobjs must catch. */
import { RACED_SYNCOBJ_FAULTS, SYNCOBJ_FAULTS } from "./syncobj-faults.js"
import { describeTrials } from "./trials.js"

describeTrials("a race over syncobjs", {
  race: { scenario: "syncobjs", operations: 80_000 },
  // In the race everybody holds every syncobj: who waits needs no hold of its own.
  faults: [...SYNCOBJ_FAULTS.filter(({ id }) => id !== "Y6"), ...RACED_SYNCOBJ_FAULTS],
  controls: { "the same race": { operations: 20_000 } },
})
