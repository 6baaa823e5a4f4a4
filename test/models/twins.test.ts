/** Each fault that a model can find is found by the model that is named with it. */
import { MODELS, exploreModel } from "@outlive/models"
import { describe, test } from "vitest"
import { expectFound } from "../faults/explored.js"
import { MODELLED, MOST_MS } from "./modelled.js"
import { forCiUnless } from "../prove.js"

/** Found after thousands of orders. */
const LATE = "K6"

describe("finds", () => {
  // In `npm test` every second one.
  for (const [at, fault] of MODELLED.entries())
    test(
      `${fault.id} (${fault.model}): ${fault.sentence}`,
      { timeout: MOST_MS + 60_000, ...forCiUnless(at % 2 === 0 && fault.id !== LATE) },
      async () => {
        const model = MODELS.find(({ name }) => name === fault.model)
        if (!model) throw new Error(`There is no model "${fault.model}"`)
        await expectFound(fault, {}, (factory) => exploreModel(model, { timeMs: MOST_MS }, factory))
      },
    )
})
