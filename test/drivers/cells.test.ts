/** Cells of the table of lifetimes: what a race shows is what is to be expected, and a broken twin is caught. */
import {
  type Cell,
  FENCE_TYPES,
  type FenceType,
  expectedOf,
  isAsExpected,
  isShown,
  judged,
  placeOf,
  raceCell,
  tableOf,
  titleOf,
  twinOf,
} from "@outlive/drivers"
import { ThreadPool } from "@outlive/workers"
import { afterAll, describe, expect, it } from "vitest"
import { forCiUnless, PROVES } from "../prove.js"

const pool = new ThreadPool()
afterAll(() => pool.close())

const typeOf = (title: string): FenceType => FENCE_TYPES.find((type) => titleOf(type) === title)!

/** What differs is told with all that was seen; where a reason is written down, it may. */
function expectAsExpected(cell: Cell): void {
  const expected = expectedOf(cell)
  if (!expected || cell.cannot !== undefined) return
  const isRight = isAsExpected(cell, expected) || expected.reason !== undefined
  const seen = `${cell.lifetime}, ${cell.form}: ${[...cell.outcomes, ...cell.ways, ...cell.messages].join("; ")}`
  expect(isRight ? "as expected" : `${seen}; expected ${expected.outcomes.join(", ")}`).toBe("as expected")
}

describe("the table of lifetimes", () => {
  const types = PROVES ? FENCE_TYPES : [typeOf("amdgpu tlb flush"), typeOf("soft virtio")]
  for (const type of types)
    it(
      `${titleOf(type)}: each lifetime shows what is to be expected`,
      forCiUnless(titleOf(type) === "soft virtio"),
      async () => {
        for await (const cell of tableOf([type], { pool })) expectAsExpected(cell)
      },
    )

  it("tells a crash with its story", async () => {
    const cell = await raceCell(typeOf("amdgpu tlb flush"), "issuer-bound", { pool })
    expect(cell.ways).toContain("put")
    expect(cell.race!.story!.story.join("\n")).toContain("takes its text away")
  })

  it("does not call a race safe that was too short to show it", async () => {
    const cell = await raceCell(typeOf("amdgpu ring"), "independent", { pool, form: "patched", seconds: 0.02 })
    expect(cell.outcomes).toEqual([])
  })

  it("judges a race by what was seen, and by nothing else", async () => {
    const { race } = await raceCell(typeOf("amdgpu tlb flush"), "independent", { pool })
    const counts = Object.fromEntries(
      Object.entries(race!.counts).filter(([what]) => !what.endsWith("dropped after it went")),
    )
    expect(judged(race!).outcomes).toEqual(["safe"])
    expect(judged({ ...race!, counts }).outcomes).toEqual([])
    expect(judged({ ...race!, leaks: ["1 fences were not given back"], passed: false }).outcomes).toEqual(["leak"])
  })
})

describe("broken twins", () => {
  const twins = FENCE_TYPES.flatMap((type) => Object.keys(type.faults).map((fault) => ({ type, fault })))
  const chosen = PROVES ? twins : twins.filter(({ fault }) => ["F44", "F57"].includes(fault))
  for (const { type, fault } of chosen)
    it(
      `${titleOf(type)}, ${fault}: is caught, by the sentences that it breaks`,
      forCiUnless(fault === "F44"),
      async () => {
        const { lifetime, form } = placeOf(type, fault)
        const cell = await raceCell(type, lifetime, { pool, fault, form, seconds: 10 })
        const troubles = cell.outcomes.filter((outcome) => !["safe", "bound", "bound for ever"].includes(outcome))
        expect(troubles).not.toEqual([])
        const broken = Object.entries(type.controls ?? {}).filter(([, control]) => twinOf(control) === fault)
        const missed = broken.filter(([sentence, control]) => !isShown(sentence, control, cell))
        expect({ missed, of: missed.length > 0 && { ...cell, race: cell.race?.settings } }).toEqual({
          missed: [],
          of: false,
        })
      },
    )
})

describe.each(FENCE_TYPES)("what must hold of $driver $name", (type) => {
  const { mustHold, controls = {}, faults } = type
  it("has a broken twin for each sentence", () => {
    expect(mustHold.filter((sentence) => controls[sentence] === undefined)).toEqual([])
    expect(Object.keys(controls).filter((sentence) => !mustHold.includes(sentence))).toEqual([])
    expect(Object.values(controls).filter((control) => !(twinOf(control) in faults))).toEqual([])
  })
})
