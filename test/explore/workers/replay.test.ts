/** What was found by unwinding happens on real threads as well, step by step. */
import { explore, replay, replayOnWorkers } from "@outlive/explore"
import { expectFailure } from "@outlive/explore/vitest"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BUGS } from "../bugs/bug.js"
import { bundle } from "./bundle.js"
import type { Bundle } from "./bundle.js"
import { forCiUnless } from "../../prove.js"
import * as differing from "./differing.js"

/** In `npm test` the first of them. */
const FIRST = 3

describe.each(BUGS)("$module", ({ module, verdict, twins: { broken, fixed } }) => {
  const tier = forCiUnless(BUGS.findIndex((bug) => bug.module === module) < FIRST)

  test(`the schedule of its ${verdict} fails on workers, too`, tier, async () => {
    const source = new URL(`../bugs/${module}.ts`, import.meta.url)
    const { schedule } = expectFailure(broken, verdict)
    const models = await bundle(source)
    try {
      const again = await replayOnWorkers(models.url, "broken", schedule)
      expect(again.verdict).toBe(verdict)
    } finally {
      models.remove()
    }
  })

  test("its repair, under the first schedule there is, does not fail on workers", tier, async () => {
    const source = new URL(`../bugs/${module}.ts`, import.meta.url)
    expect(explore(fixed, { executions: 1 }).verdict).toBe("pass")
    const models = await bundle(source)
    try {
      expect((await replayOnWorkers(models.url, "fixed", "")).verdict).toBe("pass")
    } finally {
      models.remove()
    }
  })
})

describe("a schedule on workers", () => {
  let models: Bundle
  beforeAll(async () => {
    models = await bundle(new URL("differing.ts", import.meta.url))
  })
  afterAll(() => models.remove())

  test.each([
    ["throws", "assertion", "RangeError: came second"],
    ["throwsAtOnce", "assertion", "before anything else"],
    ["checked", "assertion", "an update was lost"],
    ["leaking", "leak", "one is lost"],
    ["forbidden", "forbidden-outcome", "one is lost"],
    ["startsBetween", "assertion", "flag seen, data not there"],
    ["neverStarts", "assertion", "before the other starts"],
    ["spinning", "livelock", ""],
    ["sleeping", "lost-wakeup", ""],
  ] as const)("of %s fails there as here", async (name, verdict, message) => {
    const found = expectFailure(differing[name], verdict)
    expect(replay(differing[name], found.schedule)).toMatchObject({ verdict, message: found.message })
    const there = await replayOnWorkers(models.url, name, found.schedule)
    expect(there).toMatchObject({ verdict })
    if (there.verdict !== "pass") expect(there.message).toContain(message)
  })

  test.each(["same", "late"])("of %s passes there as here", async (name) => {
    expect(await replayOnWorkers(models.url, name, "")).toMatchObject({ verdict: "pass", exhaustive: false })
  })

  test.each([
    ["givesBackOther", /thread A gave back false, not true/],
    ["throwsThere", /thread A threw Error: only there/],
    ["throwsHere", /thread A threw nothing/],
    ["writesOther", /@12 came to 2, not 1/],
    ["failsHere", /only of the first memory.*on real threads it does not/],
    ["leaves", /thread A ended its worker by itself, with code 3/],
  ])("of %s is another one there, and that is told", async (name, message) => {
    const there = await replayOnWorkers(models.url, name, "")
    expect(there.verdict).toBe("nondeterminism")
    if (there.verdict !== "pass") expect(there.message).toMatch(message)
  })

  test("that is none of the model is refused", async () => {
    await expect(replayOnWorkers(models.url, "same", "A9B9")).rejects.toThrow("of its steps are not possible")
    await expect(replayOnWorkers(models.url, "nothing", "")).rejects.toThrow('Cannot replay "nothing"')
  })
})
