/** Locks that are not the engine's own pass what a lock must pass, within the models' bounds; broken twins of them do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { EXTERNAL_PROOFS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { EXTERNAL_LOCKS, buildExternalLock, buildStrategy } from "../../scripts/strategies.mjs"
import { engineAt, expectFound, expectPassed } from "../faults/explored.js"
import { EXTERNAL_FAULTS } from "./external-faults.js"
import { forCiUnless, PROVES } from "../prove.js"

const MOST_MS = 300_000
/** Tens of thousands of orders, of some. */
const LARGE = "external-2x2"

function prove(name: string, factory: EngineFactory) {
  const model = EXTERNAL_PROOFS.find((proof) => proof.name === name)!
  const bound = !PROVES && name === LARGE ? ({ strategy: "preemption-bounded", maxPreemptions: 3 } as const) : {}
  return exploreModel(model, { timeMs: MOST_MS, ...bound }, factory)
}

/** In `npm test`. */
const SHORT = "reciprocating"

for (const { name: lock } of EXTERNAL_LOCKS)
  describe(lock, forCiUnless(lock === SHORT), () => {
    test.each(EXTERNAL_PROOFS.map(({ name }) => name))("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
      expectPassed(prove(name, await engineAt(await buildExternalLock(lock, { target: "js", flavour: "stepwise" }))))
    })

    test("has two broken twins at least", () => {
      expect(EXTERNAL_FAULTS.filter((fault) => fault.lock === lock).length).toBeGreaterThan(1)
    })

    test("cannot be the engine's own, and it is said why", async () => {
      await expect(buildStrategy(lock, { target: "js", flavour: "stepwise" })).rejects.toThrow(/more than the one word/)
    })
  })

describe("a model finds", () => {
  test.each(EXTERNAL_FAULTS)("$id in $lock ($model): $sentence", async (fault) => {
    await expectFound(fault, { extras: [`locks/external/${fault.lock}`] }, (factory) => prove(fault.model, factory))
  })
})
