/** Famous mistakes: each is found, its schedule fails again, and its repair passes in every order. */
import { replay, report } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { BUGS } from "./bug.js"

describe.each(BUGS)("$sentence", ({ module, verdict, names, twins: { broken, fixed } }) => {
  test(`${module}: ${verdict} is found, and its schedule fails again`, () => {
    const failure = expectFailure(broken, verdict)
    expect(report(failure)).toMatch(names)
    const again = replay(broken, failure.schedule)
    expect(again.verdict).toBe(verdict)
    expect(again).toMatchObject({ schedule: failure.schedule, message: failure.message })
  })

  test(`${module}, fixed: passes`, () => {
    expectPass(fixed)
  })

  test(`${module}: found with few switches, by walking randomly, and by priorities`, () => {
    for (const strategy of ["preemption-bounded", "random", "pct"] as const)
      expectFailure(broken, verdict, { strategy, seed: 1 })
  })
})
