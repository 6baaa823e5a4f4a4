/** Reader–writer locks pass what one must pass, in every order of steps within the models' bounds; broken twins of them do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { RW_PROOFS, exploreModel, overtakenModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { RW_LOCKS, buildRwLock } from "../../scripts/strategies.mjs"
import { engineAt, expectFound, expectPassed } from "../faults/explored.js"
import { RW_FAULTS } from "./rw-faults.js"
import { FOR_CI, forCiUnless, PROVES } from "../prove.js"

const MOST_MS = 300_000

const engineWith = async (lock: string) => engineAt(await buildRwLock(lock, { target: "js", flavour: "stepwise" }))
const WHOLLY = PROVES ? ({ strategy: "exhaustive" } as const) : {}

/** In `npm test`. */
const SHORT = "phase-fair"

for (const { name: lock } of RW_LOCKS)
  describe(lock, forCiUnless(lock === SHORT), () => {
    test.each(RW_PROOFS.map(({ name }) => name))("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
      const model = RW_PROOFS.find((proof) => proof.name === name)!
      expectPassed(exploreModel(model, { timeMs: MOST_MS, ...WHOLLY }, await engineWith(lock)))
    })

    test("has two broken twins at least", () => {
      expect(RW_FAULTS.filter((fault) => fault.lock === lock).length).toBeGreaterThan(1)
    })
  })

const mostOvertaken = (factory: EngineFactory) => {
  const bound = { strategy: "preemption-bounded", maxPreemptions: PROVES ? 3 : 2, timeMs: MOST_MS } as const
  const { verdict, outcomes } = exploreModel(overtakenModel("reader", 2), bound, factory)
  expect(verdict).toBe("pass")
  return Math.max(...[...outcomes.keys()].map(Number))
}

test(
  "a reader waits for one writer at most, where the lock is phase-fair",
  { timeout: MOST_MS + 60_000, ...FOR_CI },
  async () => {
    expect(mostOvertaken(await engineWith("phase-fair"))).toBe(1)
    expect(mostOvertaken(await engineWith("counter"))).toBeGreaterThan(1)
  },
)

describe("a model finds", () => {
  test.each(RW_FAULTS)("$id in $lock ($model): $sentence", async (fault) => {
    const model = RW_PROOFS.find(({ name }) => name === fault.model)!
    await expectFound(fault, { extras: [`locks/rw/${fault.lock}`] }, (factory) =>
      exploreModel(model, { timeMs: MOST_MS }, factory),
    )
  })
})
