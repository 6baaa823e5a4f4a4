/**
 * Every order of steps: each model of the engine passes. Models with very many orders are explored whole by `npm run prove`
 * and by CI, and else with a preemption less than they say.
 */
import { MODELS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { forCiUnless, PROVES } from "../prove.js"
import { rowFor, rowOf } from "./documented.js"
import { MODELLED, MOST_MS } from "./modelled.js"

/** Each takes as long as twenty others. */
const LONG = new Set([
  "tickets-3",
  "tickets-2-and-one",
  "signal-wait-wait",
  "submit-reset-wait",
  "defer-barrier",
  "deferred-barrier",
  "point-query-wait",
  "unload-external-lock",
  "ask-ask",
  "channel-senders",
  "channel-receivers",
  "channel-leave",
  "channel-close",
  "channel-death",
])

/** In CI: each takes about a second, or more. */
const SECONDS = new Set([
  "mutex-4",
  "open-reuse",
  "defer-barrier",
  "slab-unload",
  "tickets-3",
  "grow-walk",
  "end-end",
  "sync-permits",
  "value-again",
  "pool",
  "open-object-reuse",
  "offer-end",
  "deferred-unload",
  "run-drop",
  "array-arm-signal",
  "signal-enable",
  "drop-serve",
  "deferred-barrier",
  "spin-3",
  "work-dead-runner",
])

describe("passes in every order", () => {
  for (const model of MODELS)
    test(
      `${model.name}: ${model.claim}`,
      { timeout: MOST_MS + 60_000, ...forCiUnless(!SECONDS.has(model.name)) },
      () => {
        const isCut = LONG.has(model.name) && !PROVES
        const bound = isCut ? { maxPreemptions: model.mostPreemptions - 1 } : {}
        const result = exploreModel(model, { timeMs: MOST_MS, ...bound })
        expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
        expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
        if (isCut) return
        const finds = MODELLED.filter((fault) => fault.model === model.name).map(({ id }) => id)
        expect(rowOf(model), "docs/MODELS.md").toBe(rowFor(model, result, finds))
      },
    )
})
