/** A search on two cores is the same search: as many executions, the same outcomes, and the failures are found. */
import { type Pass, type Result, explore, exploreParallel, replay } from "@outlive/explore"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bundle } from "./bundle.js"
import type { Bundle } from "./bundle.js"
import { broken, fixed } from "../bugs/treiber.js"
import * as models from "./models.js"

const { endless: _, litmusNamed: __, ...FINITE } = models

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
  for (const [name, model] of Object.entries(FINITE))
    test(`${model.name}`, async () => {
      const alone = explore(model)
      const together = await exploreParallel(litmus.url, name, { jobs: 2 })
      expect(together).toMatchObject({ verdict: "pass", exhaustive: true, executions: alone.executions })
      expect(Object.fromEntries(together.outcomes)).toEqual(Object.fromEntries(alone.outcomes))
    })
})

test("both together say of the places of the code what one says", async () => {
  const whatThereIs = ({ sites }: Result) =>
    sites!.map(({ operation, did, never }) => `${operation}: ${did.join()}; ${never.join()}`).sort()
  const alone = explore(models.spinLock, { coverage: true })
  const together = await exploreParallel(litmus.url, "spinLock", { jobs: 2, coverage: true })
  expect(whatThereIs(together)).toEqual(whatThereIs(alone))
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

describe("what a search may take holds for all workers together", () => {
  test("executions", async () => {
    expect(explore(fixed).executions).toBeGreaterThan(10)
    const found = await exploreParallel(treiber.url, "fixed", { jobs: 2, executions: 10 })
    expect(found).toMatchObject({ verdict: "pass", exhaustive: false })
    expect(found.executions).toBeLessThanOrEqual(10)
    const message = `Ended after ${found.executions} executions, as asked for`
    expect((found as Pass).cutShort).toEqual([{ by: "executions", message }])
  })

  test("a bound that is not reached cuts nothing off", async () => {
    const { executions } = explore(fixed)
    const found = await exploreParallel(treiber.url, "fixed", { jobs: 2, executions: 100 * executions })
    expect(found).toMatchObject({ verdict: "pass", exhaustive: true, executions, cutShort: [] })
  })

  test("random executions, that are no multiple of the workers", async () => {
    const found = await exploreParallel(treiber.url, "fixed", { jobs: 3, strategy: "random", executions: 200 })
    expect(found).toMatchObject({ verdict: "pass", executions: 200 })
  })

  test("fewer of them than workers", async () => {
    const found = await exploreParallel(treiber.url, "fixed", { jobs: 3, strategy: "random", executions: 1 })
    expect(found).toMatchObject({ verdict: "pass", executions: 1, cutShort: [{ by: "sample" }] })
  })

  // Each of 32 jobs had that time, and would have looked at one execution at least.
  test("time", async () => {
    const found = await exploreParallel(treiber.url, "fixed", { jobs: 2, timeMs: 0 })
    expect(found).toMatchObject({ verdict: "pass", exhaustive: false })
    expect(found.executions).toBeLessThanOrEqual(1)
    expect((found as Pass).cutShort).toEqual([{ by: "time", message: "Ended after 0 ms, as asked for" }])
  })
})

test("a search that is ended comes back with what it has seen", async () => {
  const ending = new AbortController()
  let told = 0
  const seen = await exploreParallel(litmus.url, "endless", {
    jobs: 2,
    signal: ending.signal,
    onProgress: ({ executions }) => {
      told = executions
      ending.abort()
    },
  })
  expect(seen).toMatchObject({ verdict: "pass", exhaustive: false })
  expect(told).toBeGreaterThan(0)
  expect(seen.executions).toBeGreaterThanOrEqual(told)
})

test("who is told of the progress may end it", async () => {
  const seen = await exploreParallel(litmus.url, "endless", { jobs: 1, onProgress: () => false })
  expect(seen).toMatchObject({ verdict: "pass", exhaustive: false })
  expect(explore(models.endless, { onProgress: () => false })).toMatchObject({ verdict: "pass", exhaustive: false })
})

test("a search of one beginning stays that", async () => {
  const [alone, together] = [
    explore(models.cinc, { beginning: [1] }),
    await exploreParallel(litmus.url, "cinc", { jobs: 2, beginning: [1] }),
  ]
  expect(together.executions).toBe(alone.executions)
  expect(alone.executions).toBeLessThan(explore(models.cinc).executions)
})

test("an export may be a function that makes the model of an argument", async () => {
  const made = await exploreParallel(litmus.url, "litmusNamed", { argument: "cinc 3" })
  expect(made.executions).toBe(explore(models.cinc).executions)
})

test("what cannot be explored is refused", async () => {
  await expect(exploreParallel(litmus.url, "nothing")).rejects.toThrow('Cannot explore "nothing"')
  const signal = new AbortController() as never
  await expect(exploreParallel(litmus.url, "cinc", { signal })).rejects.toThrow("it is an AbortSignal")
  await expect(exploreParallel(litmus.url, "cinc", { job: 2 } as never)).rejects.toThrow("There is no option job")
  await expect(exploreParallel(litmus.url, "cinc", { jobs: 0 })).rejects.toThrow(
    "Option jobs is 0: it is a whole number from 1",
  )
})
