/** The page of lifetimes: its table has every fence type, and says of each cell what is to be expected, or why it is not so. */
import { readFileSync } from "node:fs"
import { FENCE_TYPES, expectedOf, tableInMarkdown, titleOf, withTable } from "@outlive/drivers"
import { describe, expect, it } from "vitest"

const PAGE = readFileSync(new URL("../../docs/LIFETIMES.md", import.meta.url), "utf8")
const cellsOf = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim())
const lines = PAGE.split("\n").filter((line) => line.startsWith("|"))
const head = cellsOf(lines.find((line) => line.startsWith("| fence type"))!)

describe("docs/LIFETIMES.md", () => {
  for (const type of FENCE_TYPES)
    it(`has a row for ${titleOf(type)}, as expected or explained`, () => {
      const row = cellsOf(lines.find((line) => cellsOf(line)[0] === titleOf(type)) ?? "")
      expect(row).toHaveLength(head.length)
      for (const [at, lifetime] of head.entries()) {
        if (at === 0) continue
        const seen = row[at]!
        if (type.cannot?.[lifetime] !== undefined) expect(seen).toBe("-")
        else for (const part of seen.split(" / ")) expectExplained(titleOf(type), lifetime, part)
      }
    })
})

/** A cell has a part for each form of the driver: each is what is to be expected of one of them. */
function expectExplained(type: string, lifetime: string, seen: string): void {
  const expected = (["merged", "patched"] as const).flatMap(
    (form) => expectedOf({ type, lifetime, form, outcomes: [], ways: [], messages: [] }) ?? [],
  )
  if (expected.some(({ reason }) => reason !== undefined)) return
  const may = new Set<string>(expected.flatMap(({ outcomes }) => outcomes))
  const words = seen.split("; ").map((part) => part.replace(/^(crash) .*/, "$1"))
  expect(words.filter((word) => !may.has(word))).toEqual([])
}

describe("a page with a table", () => {
  it("has what stands between the marks replaced, and nothing else", () => {
    const page = "before\n<!-- The table: made by outlive lifetimes. -->\nold\n<!-- The table ends. -->\nafter\n"
    const made = withTable(page, "new")
    expect(made).toContain("new")
    expect(made).not.toContain("old")
    expect(made.startsWith("before\n") && made.endsWith("after\n")).toBe(true)
    expect(withTable(made, "new")).toBe(made)
  })
  it("is refused without marks", () => expect(() => withTable("nothing", "table")).toThrow(RangeError))
  it("tells a cell that is not as expected", () => {
    const cell = {
      type: "amdgpu tlb flush",
      lifetime: "independent",
      form: "merged",
      outcomes: ["leak"],
      ways: [],
      messages: [],
    } as const
    expect(tableInMarkdown([cell])).toContain("expected safe, seen leak")
  })
})
