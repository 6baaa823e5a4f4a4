// A race in which a thread finds something wrong, and does not come back to tell it: it sleeps for ever, or dies.
import { defineRole, defineScenario } from "@outlive/workers"

const FOUND = "What it found before"

const role = (name, afterwards) =>
  defineRole({
    name,
    claim: "Nothing is wrong.",
    play(stage) {
      stage.countTurn()
      stage.violate(FOUND)
      afterwards()
    },
  })

const scenario = (name, afterwards) =>
  defineScenario({
    name,
    about: name,
    cast: { first: [role(name, afterwards)], more: [] },
    leastThreads: 1,
    lifetimes: ["independent"],
    modules: () => [],
    capacities: () => ({ fences: 8 }),
    setup: () => ({ tokens: undefined, end() {} }),
  })

export const scenarios = [
  scenario("sleeps", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)),
  scenario("throws", () => {
    throw new Error("It throws")
  }),
  scenario("exits", () => process.exit(3)),
]
