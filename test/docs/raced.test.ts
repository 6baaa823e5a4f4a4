/** What docs/CAMPAIGNS.md says of the billion fences that were raced is what the kept results say. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

interface Raced {
  readonly settings: { readonly engine: string; readonly flavour: string; readonly fenceLock: string }
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly unknown[]
  readonly leaks: readonly unknown[]
  readonly accounts: { readonly balanced: boolean }
  readonly passed: boolean
}

const read = (place: string) => readFileSync(new URL(`../../docs/${place}`, import.meta.url), "utf8")
const races = read("raced/tight.ndjson")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Raced)
const BUILDS = ["wasm", "js"].flatMap((engine) =>
  ["release", "checked"].flatMap((flavour) => ["inline", "external"].map((lock) => `${engine}, ${flavour}, ${lock}`)),
)
const buildOf = ({ settings: { engine, flavour, fenceLock } }: Raced) => `${engine}, ${flavour}, ${fenceLock}`
const fencesOf = ({ counts }: Raced) => counts["rival: fences"]!

test("10^9 fences, over all builds, without a violation", () => {
  expect([...new Set(races.map(buildOf))].sort()).toEqual(BUILDS.sort())
  expect(races.reduce((sum, race) => sum + fencesOf(race), 0)).toBeGreaterThanOrEqual(1e9)
  for (const { violations, leaks, accounts, passed } of races)
    expect({ violations, leaks, balanced: accounts.balanced, passed }).toEqual({
      violations: [],
      leaks: [],
      balanced: true,
      passed: true,
    })
})

test.each(BUILDS)("%s: as many as the page says", (build) => {
  const own = races.filter((race) => buildOf(race) === build)
  const fences = own.reduce((sum, race) => sum + fencesOf(race), 0)
  expect(read("CAMPAIGNS.md")).toContain(`| ${build} | ${own.length} | ${fences.toLocaleString("en")} |`)
})
