/**
 * Every detector has a negative control: each broken twin is raced like the real engine, and must be caught within
 * ten seconds. The real engine, built the same way, must not be.
 */
import { FAULTS, RACED_FAULTS } from "./faults.js"
import { describeTrials } from "./trials.js"

const SEED = 20_260_219
const RACE = { engine: "js", flavour: "checked", perturbation: true, seed: SEED } as const

describeTrials("a race", {
  module: new URL("race-trial.ts", import.meta.url),
  seed: SEED,
  faults: [...FAULTS, ...RACED_FAULTS],
  task: ({ scenario }) => ({ ...RACE, seconds: 10, ...scenario }),
  controls: { "the default race": { ...RACE, seconds: 3 } },
})
