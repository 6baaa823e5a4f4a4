/** Cells of xe's rows: what a race shows is what is to be expected. All of its broken twins are in cells.test. */
import { FENCE_TYPES, expectedOf, isAsExpected, raceCell, titleOf } from "@outlive/drivers"
import { describe, expect, it } from "vitest"
import { FOR_CI, PROVES } from "../prove.js"

const typeOf = (title: string) => FENCE_TYPES.find((type) => titleOf(type) === title)!

describe("xe's hardware fence", () => {
  const type = typeOf("xe hw")

  it("binds its module in an independent heap: it has a release op", async () => {
    const cell = await raceCell(type, "independent")
    expect({ outcomes: cell.outcomes, messages: cell.messages }).toMatchObject({ outcomes: expectedOf(cell)!.outcomes })
  })

  it.runIf(PROVES)("is freed by a function of a module that has gone, as the patch was posted", async () => {
    const cell = await raceCell(type, "independent", { form: "patched", seconds: 10 })
    expect(cell).toMatchObject({ outcomes: ["crash"], ways: expect.arrayContaining(["deferred"]) })
  })

  it.runIf(PROVES)("tears its list, or is lost, where enable is called without the lock", async () => {
    const { outcomes } = await raceCell(type, "unlocked", { form: "patched", seconds: 10 })
    expect(outcomes.length).toBeGreaterThan(0)
    for (const outcome of outcomes) expect(["crash", "hang", "leak"]).toContain(outcome)
  })
})

describe("xe's preemption fence", FOR_CI, () => {
  it("without the fence's lock a name can be torn, or enable comes back into text that has gone: nobody waits for its last steps", async () => {
    const cell = await raceCell(typeOf("xe preempt"), "unlocked")
    expect(cell, JSON.stringify(cell.messages)).toSatisfy(() => isAsExpected(cell, expectedOf(cell)!))
  })
})

describe("xe's TLB invalidation", FOR_CI, () => {
  it("on the stack of who waits for it must outlast its signaler (F62)", async () => {
    const cell = await raceCell(typeOf("xe tlb"), "independent", { form: "patched", fault: "F62", seconds: 10 })
    expect(cell).toMatchObject({ outcomes: ["crash"], ways: ["scope"] })
  })

  it.runIf(PROVES)("is safe with a lock of its own", async () => {
    const cell = await raceCell(typeOf("xe tlb"), "independent", { form: "patched" })
    expect({ outcomes: cell.outcomes, messages: cell.messages }).toMatchObject({ outcomes: ["safe"] })
  })
})
