/** Famous mistakes: each is found, its schedule fails again, and its repair passes in every order. */
import { replay, report } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { BUGS } from "./bug.js"

interface Twins {
  readonly broken: Model<unknown>
  readonly fixed: Model<unknown>
}

describe.each(BUGS)("$sentence", ({ module, verdict, names }) => {
  const load = () => import(new URL(`${module}.ts`, import.meta.url).href) as Promise<Twins>

  test(`${module}: ${verdict} is found, and its schedule fails again`, async () => {
    const { broken } = await load()
    const failure = expectFailure(broken, verdict)
    expect(report(failure)).toMatch(names)
    const again = replay(broken, failure.schedule)
    expect(again.verdict).toBe(verdict)
    expect(again).toMatchObject({ schedule: failure.schedule, message: failure.message })
  })

  test(`${module}, fixed: passes`, async () => {
    const { fixed } = await load()
    expectPass(fixed)
  })

  test(`${module}: found with few switches, by walking randomly, and by priorities`, async () => {
    const { broken } = await load()
    for (const strategy of ["preemption-bounded", "random", "pct"] as const)
      expectFailure(broken, verdict, { strategy, seed: 1 })
  })
})
