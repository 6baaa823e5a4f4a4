/** Reader–writer locks pass what one must pass, in every order of steps within the models' bounds; broken twins of them do not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { RW_PROOFS, exploreModel, overtakenModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { RW_LOCKS, buildRwLock } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { RW_FAULTS } from "./rw-faults.js"
import { PROVES } from "../prove.js"

const MOST_MS = 300_000

const built = async (url: string) => ((await import(url)) as { instantiate: EngineFactory }).instantiate
const engineWith = async (lock: string) => built(await buildRwLock(lock, { target: "js", flavour: "stepwise" }))
const WHOLLY = PROVES ? ({ strategy: "exhaustive" } as const) : {}

describe.each(RW_LOCKS.map(({ name }) => name))("%s", (lock) => {
  test.each(RW_PROOFS.map(({ name }) => name))("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
    const model = RW_PROOFS.find((proof) => proof.name === name)!
    const result = exploreModel(model, { timeMs: MOST_MS, ...WHOLLY }, await engineWith(lock))
    expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
    expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
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

test("a reader waits for one writer at most, where the lock is phase-fair", { timeout: MOST_MS + 60_000 }, async () => {
  expect(mostOvertaken(await engineWith("phase-fair"))).toBe(1)
  expect(mostOvertaken(await engineWith("counter"))).toBeGreaterThan(1)
})

describe("a model finds", () => {
  test.each(RW_FAULTS)("$id in $lock ($model): $sentence", async (fault) => {
    const twin = await buildTwin(fault, { stepwise: true, extras: [`locks/rw/${fault.lock}`] })
    try {
      const factory = await built(twin.url)
      const model = RW_PROOFS.find(({ name }) => name === fault.model)!
      const result = exploreModel(model, { timeMs: MOST_MS }, factory)
      expect(result.verdict, `not found in ${result.executions} orders`).not.toBe("pass")
      const message = "message" in result ? result.message : ""
      expect(message).not.toMatch(/ReferenceError|TypeError/)
      console.log(`${fault.id} found in order ${result.executions + 1}: ${message}`)
    } finally {
      twin.remove()
    }
  })
})
