/** Locks that are not the engine's own pass what a lock must pass, within the models' bounds; broken twins of them do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { EXTERNAL_PROOFS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { EXTERNAL_LOCKS, buildExternalLock, buildStrategy } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { EXTERNAL_FAULTS } from "./external-faults.js"
import { PROVES } from "../prove.js"

const MOST_MS = 300_000
/** Tens of thousands of orders, of some. */
const LARGE = "external-2x2"

const built = async (url: string) => ((await import(url)) as { instantiate: EngineFactory }).instantiate

function prove(name: string, factory: EngineFactory) {
  const model = EXTERNAL_PROOFS.find((proof) => proof.name === name)!
  const bound = !PROVES && name === LARGE ? ({ strategy: "preemption-bounded", maxPreemptions: 3 } as const) : {}
  return exploreModel(model, { timeMs: MOST_MS, ...bound }, factory)
}

describe.each(EXTERNAL_LOCKS.map(({ name }) => name))("%s", (lock) => {
  test.each(EXTERNAL_PROOFS.map(({ name }) => name))("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
    const result = prove(name, await built(await buildExternalLock(lock, { target: "js", flavour: "stepwise" })))
    expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
    expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
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
    const twin = await buildTwin(fault, { stepwise: true, extras: [`locks/external/${fault.lock}`] })
    try {
      const result = prove(fault.model, await built(twin.url))
      expect(result.verdict, `not found in ${result.executions} orders`).not.toBe("pass")
      const message = "message" in result ? result.message : ""
      expect(message).not.toMatch(/ReferenceError|TypeError/)
      console.log(`${fault.id} found in order ${result.executions + 1}: ${message}`)
    } finally {
      twin.remove()
    }
  })
})
