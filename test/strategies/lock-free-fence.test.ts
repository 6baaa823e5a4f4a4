/** The fence without a lock passes its models in every order of steps, and broken twins of it do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { LOCK_FREE_PROOFS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { buildWith } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { LOCK_FREE_FAULTS } from "./lock-free-faults.js"

const LAB = ["lab/lock-free-fence"]
const MOST_MS = 120_000

const built = async (url: string) => ((await import(url)) as { instantiate: EngineFactory }).instantiate

describe("the fence without a lock", () => {
  test.each(LOCK_FREE_PROOFS.map(({ name }) => name))("passes %s", async (name) => {
    const factory = await built(await buildWith(LAB, { target: "js", flavour: "stepwise" }))
    const result = prove(name, factory)
    expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
    expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
  })
})

describe("a model finds", () => {
  test.each(LOCK_FREE_FAULTS)("$id ($model): $sentence", async (fault) => {
    const twin = await buildTwin(fault, { stepwise: true, extras: LAB })
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

function prove(name: string, factory: EngineFactory) {
  return exploreModel(
    LOCK_FREE_PROOFS.find((proof) => proof.name === name)!,
    { timeMs: MOST_MS },
    factory,
  )
}
