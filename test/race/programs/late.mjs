// Threads that come back late when a race is over: one makes turns meanwhile, one sleeps, one makes turns for ever.
import { defineRole, defineScenario } from "@outlive/workers"

const LATE_MS = 1_600

const late = (name, afterwards) =>
  defineScenario({
    name,
    about: name,
    cast: {
      first: [
        defineRole({
          name,
          claim: "It comes back.",
          play(stage) {
            while (stage.running) stage.sleep(1)
            afterwards(stage)
          },
        }),
      ],
      more: [],
    },
    leastThreads: 1,
    patienceTicks: 100,
    lifetimes: ["independent"],
    modules: () => [],
    capacities: () => ({ fences: 8 }),
    setup: () => ({ tokens: undefined, end() {} }),
  })

const moveFor = (stage, ms) => {
  for (const end = performance.now() + ms; performance.now() < end; stage.countTurn()) stage.sleep(1)
}

export const scenarios = [
  late("moves", (stage) => moveFor(stage, LATE_MS)),
  late("moves for ever", (stage) => moveFor(stage, Infinity)),
  late("sleeps", (stage) => stage.sleep(10 * LATE_MS)),
]
