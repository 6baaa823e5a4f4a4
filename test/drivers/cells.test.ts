/** Cells of the table of lifetimes: what a race shows is what is to be expected, and a broken twin is caught. */
import { type Cell, FENCE_TYPES, type FenceType, expectedOf, raceCell, titleOf } from "@outlive/drivers"
import { describe, expect, it } from "vitest"
import { PROVES } from "../prove.js"

const typeOf = (title: string): FenceType => FENCE_TYPES.find((type) => titleOf(type) === title)!

/** What differs is told with all that was seen. */
function expectAsExpected(cell: Cell): void {
  const { outcomes, messages } = cell
  expect({ outcomes, messages }).toMatchObject({ outcomes: expectedOf(cell)!.outcomes })
}

describe("TLB flush of amdgpu", () => {
  const type = typeOf("amdgpu tlb flush")
  it("crashes in an issuer-bound heap, with a story", async () => {
    const cell = await raceCell(type, "issuer-bound")
    expectAsExpected(cell)
    expect(cell.ways).toContain("put")
    expect(cell.race!.story!.story.join("\n")).toContain("takes its text away")
  })
  it("is safe in an independent heap: it is held, named, asked, waited for and dropped after its module went", async () =>
    expectAsExpected(await raceCell(type, "independent")))
})

describe("broken twins", () => {
  const twins = FENCE_TYPES.flatMap((type) => Object.keys(type.faults).map((fault) => ({ type, fault })))
  for (const { type, fault } of PROVES ? twins : twins.slice(0, 1))
    it(`${titleOf(type)}, ${fault}: is caught`, async () => {
      const cell = await raceCell(type, "independent", { fault, seconds: 10 })
      expect(cell.outcomes.some((outcome) => outcome !== "safe" && outcome !== "bound")).toBe(true)
    })
})
