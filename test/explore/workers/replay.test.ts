/** What was found by unwinding happens on real threads as well, step by step. */
import { explore, replayOnWorkers } from "@outlive/explore"
import { expectFailure } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { BUGS } from "../bugs/bug.js"
import { bundle } from "./bundle.js"

describe.each(BUGS)("$module", ({ module, verdict, twins: { broken, fixed } }) => {
  test(`the schedule of its ${verdict} fails on workers, too`, async () => {
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

  test("its repair, under the first schedule there is, does not fail on workers", async () => {
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
