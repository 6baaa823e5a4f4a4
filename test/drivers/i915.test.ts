/** i915's row: what a race shows is what is to be expected. All of its broken twins are in cells.test. */
import { FENCE_TYPES, raceCell, titleOf } from "@outlive/drivers"
import { describe, expect, it } from "vitest"
import { FOR_CI, PROVES } from "../prove.js"

describe("i915's request", FOR_CI, () => {
  const type = FENCE_TYPES.find((one) => titleOf(one) === "i915 request")!

  it("binds its module in an independent heap: it has a release op, and a wait", async () => {
    const { outcomes, messages } = await raceCell(type, "independent")
    expect({ outcomes, messages }).toEqual({ outcomes: ["bound"], messages: [] })
  })

  it.runIf(PROVES)("has used memory again, which who does not look twice takes for what it was (F54)", async () => {
    const { outcomes } = await raceCell(type, "independent", { fault: "F54", seconds: 10 })
    expect(outcomes).toContain("wrong")
  })

  it.runIf(PROVES)("hangs, or crashes, without the fence's lock", async () => {
    const { outcomes } = await raceCell(type, "unlocked", { seconds: 10 })
    expect(outcomes.some((outcome) => outcome === "hang" || outcome === "crash")).toBe(true)
  })
})
