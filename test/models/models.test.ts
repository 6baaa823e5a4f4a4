/**
 * Every order of steps: each model of the engine passes, and each fault is found by the model that is named with it. The one
 * model that takes as long as all others is explored whole by `npm run prove` only, and else with a preemption less.
 */
import type { EngineFactory } from "@outlive/core/engine-js"
import { MODELS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { FAULTS } from "../faults/faults.js"
import { RESERVATION_FAULTS } from "../faults/reservation-faults.js"
import { SCHEDULER_FAULTS } from "../faults/scheduler-faults.js"
import { SYNCOBJ_FAULTS } from "../faults/syncobj-faults.js"
import { TIMELINE_FAULTS } from "../faults/timeline-faults.js"
import { buildTwin } from "../faults/twin.js"
import { rowFor, rowOf } from "./documented.js"

/** No model takes a tenth as long: it ends only what hangs, on a machine that is busy with something else as well. */
const MOST_MS = 600_000
const MODELLED = [...FAULTS, ...RESERVATION_FAULTS, ...SYNCOBJ_FAULTS, ...TIMELINE_FAULTS, ...SCHEDULER_FAULTS]

const WHOLE = process.env["OUTLIVE_PROVE"] !== undefined
const LONG = "tickets-3"

describe("passes in every order", () => {
  for (const model of MODELS)
    test(`${model.name}: ${model.claim}`, { timeout: MOST_MS + 60_000 }, () => {
      const isCut = model.name === LONG && !WHOLE
      const bound = isCut ? { maxPreemptions: model.mostPreemptions - 1 } : {}
      const result = exploreModel(model, { timeMs: MOST_MS, ...bound })
      expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
      expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
      if (isCut) return
      const finds = MODELLED.filter((fault) => fault.model === model.name).map(({ id }) => id)
      expect(rowOf(model), "docs/MODELS.md").toBe(rowFor(model, result, finds))
    })
})

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
