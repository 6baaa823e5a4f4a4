/** The long proof's own parts: which files it runs, what it keeps of them, and what it says in the end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { forget, lastedBefore, note, readJournal, standing } from "../../scripts/prove/journal.mjs"
import { inOrder, partsIn } from "../../scripts/prove/parts.mjs"
import { judged } from "../../scripts/prove/run-part.mjs"
import { summary } from "../../scripts/prove/summary.mjs"

const folder = mkdtempSync(join(tmpdir(), "outlive-prove-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const line = (part: string, verdict: string, more = {}) => ({ part, at: 1, ms: 60_000, load: 1, verdict, ...more })

test("a part is a file of tests that looks at the switch, itself or through another", () => {
  const parts = partsIn(fileURLToPath(new URL("../..", import.meta.url)))
  expect(parts).toContain("test/models/models.test.ts")
  // Through faults/trials.ts.
  expect(parts).toContain("test/faults/syncobj.test.ts")
  // It has a test for the proof alone, and asks nothing else.
  expect(parts).toContain("test/race/late.test.ts")
  expect(parts).not.toContain("test/unit/prove.test.ts")
})

test("the shortest comes first, and what was never run is taken for a minute", () => {
  expect(
    inOrder(
      ["long", "unknown", "short"],
      new Map([
        ["long", 90_000],
        ["short", 5_000],
      ]),
    ),
  ).toEqual(["short", "unknown", "long"])
})

test("what has ended is there after an interruption, also after half a line; the last verdict stands, and those before are told", () => {
  const file = join(folder, "journal", "one.jsonl")
  note(file, line("a", "fails", { failed: ["a > b"] }))
  writeFileSync(file, `\n${JSON.stringify(line("c", "hol")).slice(0, 20)}`, { flag: "a" })
  note(file, line("a", "holds", { tests: 3, failed: [], ms: 5 }))
  note(file, line("d", "cut"))
  const stand = standing(readJournal(file))
  expect(stand.get("a")).toMatchObject({ verdict: "holds", before: ["fails"] })
  expect([...stand.keys()]).toEqual(["a", "d"])
  expect([...lastedBefore(file)]).toEqual([["a", 5]])
  forget(file)
  expect(readJournal(file)).toEqual([])
})

const vitest = (status: string, ...tests: readonly [string, string][]) => ({
  testResults: [{ status, assertionResults: tests.map(([fullName, was]) => ({ fullName, status: was })) }],
})

test.each([
  ["all pass", vitest("passed", ["x", "passed"], ["y", "skipped"]), { verdict: "holds", tests: 1, skipped: ["y"] }],
  ["one fails", vitest("failed", ["x", "passed"], ["y", "failed"]), { verdict: "fails", failed: ["y"] }],
  ["a file that cannot be loaded", vitest("failed"), { verdict: "fails" }],
  ["no tests", { testResults: [] }, { verdict: "fails" }],
  ["nothing was left", undefined, { verdict: "breaks" }],
])("%s", (name, result, expected) => {
  const file = join(folder, `${name}.json`)
  if (result !== undefined) writeFileSync(file, JSON.stringify(result))
  expect(judged(file)).toMatchObject(expected)
})

test("what has not ended is no proof, and the summary says so", () => {
  const lines = standing([
    line("a", "holds", { tests: 2 }),
    line("b", "fails", { failed: ["b > c"] }),
    line("d", "cut"),
  ])
  const text = summary("abc", ["a", "b", "d", "e"], lines)
  expect(text).toContain("1 of 4 parts hold, 1 fail, 2 have not ended: 2 tests in 3 min 00 s (abc, Node")
  expect(text).toContain("- b: b > c")
  expect(text).toContain("| e | not run |")
  expect(summary("abc", ["a"], lines)).toContain("All 1 parts hold")
})
