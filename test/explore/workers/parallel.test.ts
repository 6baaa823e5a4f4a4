/** A search on two cores is the same search: as many executions, the same outcomes, and the failures are found. */
import { explore, exploreParallel, replay } from "@outlive/explore"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bundle } from "./bundle.js"
import type { Bundle } from "./bundle.js"
import { broken, fixed } from "../bugs/treiber.js"
import * as models from "./models.js"

let litmus: Bundle
let treiber: Bundle

beforeAll(async () => {
  litmus = await bundle(new URL("models.ts", import.meta.url))
  treiber = await bundle(new URL("../bugs/treiber.ts", import.meta.url))
})

afterAll(() => {
  litmus.remove()
  treiber.remove()
})

describe("as many executions with two workers as with none", () => {
  for (const [name, model] of Object.entries(models))
    test(`${model.name}`, async () => {
      const alone = explore(model)
      const together = await exploreParallel(litmus.url, name, { jobs: 2 })
      expect(together).toMatchObject({ verdict: "pass", exhaustive: true, executions: alone.executions })
      expect(Object.fromEntries(together.outcomes)).toEqual(Object.fromEntries(alone.outcomes))
    })
})

test("a failure is found by one of them, and its schedule is good for replay", async () => {
  const found = await exploreParallel(treiber.url, "broken", { jobs: 2 })
  expect(found.verdict).toBe("assertion")
  if (found.verdict === "pass") return
  expect(replay(broken, found.schedule)).toMatchObject({ verdict: "assertion", message: found.message })
})

test("what is fixed passes", async () => {
  const together = await exploreParallel(treiber.url, "fixed", { jobs: 2 })
  expect(together).toMatchObject({ verdict: "pass", exhaustive: true, executions: explore(fixed).executions })
})

test("random walks of two workers are different ones", async () => {
  const found = await exploreParallel(treiber.url, "fixed", { jobs: 2, strategy: "random", executions: 200, seed: 7 })
  expect(found).toMatchObject({ verdict: "pass", exhaustive: false, executions: 200 })
})
