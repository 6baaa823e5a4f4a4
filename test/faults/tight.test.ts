/** Broken twins of the engine that threads find who come to each fence at the same moment. */
import { FAULTS } from "./faults.js"
import { describeTrials } from "./trials.js"
import { FOR_PROOF, forCiUnless } from "../prove.js"

const FOUND = ["F19", "F20", "F25", "L1"]

describeTrials("a tight race", {
  race: { scenario: "tight", threads: 2, perturbation: false, operations: 400_000 },
  faults: FAULTS.filter(({ id }) => FOUND.includes(id)),
  controls: { "no fault": { operations: 40_000 } },
  optionsOf: (name) => (name === "F25" ? FOR_PROOF : forCiUnless(name === "L1")),
})
