/** Each fault that a model can find is found by the model that is named with it. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { MODELS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { MODELLED, MOST_MS } from "./modelled.js"

describe("finds", () => {
  for (const fault of MODELLED)
    test(`${fault.id} (${fault.model}): ${fault.sentence}`, { timeout: MOST_MS + 60_000 }, async () => {
      const model = MODELS.find(({ name }) => name === fault.model)
      if (!model) throw new Error(`There is no model "${fault.model}"`)
      const twin = await buildTwin(fault, { stepwise: true })
      try {
        const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
        const result = exploreModel(model, { timeMs: MOST_MS }, instantiate)
        expect(result.verdict, `not found in ${result.executions} orders`).not.toBe("pass")
        console.log(`${fault.id} found in order ${result.executions + 1}: ${"message" in result ? result.message : ""}`)
      } finally {
        twin.remove()
      }
    })
})
