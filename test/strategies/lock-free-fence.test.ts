/** The fence without a lock passes its models in every order of steps, and broken twins of it do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { LOCK_FREE_PROOFS, exploreModel } from "@outlive/models"
import { describe, test } from "vitest"
import { buildWith } from "../../scripts/strategies.mjs"
import { engineAt, expectFound, expectPassed } from "../faults/explored.js"
import { LOCK_FREE_FAULTS } from "./lock-free-faults.js"

const LAB = ["lab/lock-free-fence"]
const MOST_MS = 120_000

describe("the fence without a lock", () => {
  test.each(LOCK_FREE_PROOFS.map(({ name }) => name))("passes %s", async (name) => {
    const factory = await engineAt(await buildWith(LAB, { target: "js", flavour: "stepwise" }))
    expectPassed(prove(name, factory))
  })
})

describe("a model finds", () => {
  test.each(LOCK_FREE_FAULTS)("$id ($model): $sentence", async (fault) => {
    await expectFound(fault, { extras: LAB }, (factory) => prove(fault.model, factory))
  })
})

function prove(name: string, factory: EngineFactory) {
  return exploreModel(
    LOCK_FREE_PROOFS.find((proof) => proof.name === name)!,
    { timeMs: MOST_MS },
    factory,
  )
}
