/**
 * What a page loads. The bounds are a little above what was measured (`node scripts/bundle-sizes.mjs`): whoever goes over one has put
 * something into every page, and says here why it is worth that; whoever falls far below one lowers it.
 */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { PROGRAMS } from "../../scripts/bundle-sizes.mjs"
import { FOR_CI } from "../prove.js"
import { bundled, filesIn } from "./bundled.js"

const PAGE = readFileSync(new URL("../../docs/guides/bundlers.md", import.meta.url), "utf8")
/** How far below its bound a bundle may be, in kilobytes: what docs say is not far from what is. */
const MOST_BELOW = 2.5

test.each(PROGRAMS)(
  "$name: at most $gzip kB, $brotli by brotli, and docs/guides/bundlers.md says so",
  FOR_CI,
  async (program) => {
    const measured = await bundled(program.code)
    for (const by of ["gzip", "brotli"] as const) {
      expect(measured[by] / 1_000).toBeLessThan(program[by])
      expect(measured[by] / 1_000).toBeGreaterThan(program[by] - MOST_BELOW)
    }
    expect(PAGE).toContain(`| ${program.name} | ${program.gzip} | ${program.brotli} |`)
  },
)

/** Imports that load two engines, and the most that they take, by gzip: kilobytes. */
const TWICE = [
  { row: "`@outlive/core` and `/sync`", entries: ["", "/sync"], both: 46, alone: 36 },
  { row: "`@outlive/core` and `/all`", entries: ["", "/all"], both: 68, alone: 57 },
  { row: "`/sync` and `/all`", entries: ["/sync", "/all"], both: 72, alone: 57 },
]

test.each(TWICE)("$row: at most $both kB, and docs/guides/bundlers.md says so", FOR_CI, async (two) => {
  const codes = two.entries.map(
    (entry, i) => `export { Heap as heap${i}, defineModule as define${i} } from "@outlive/core${entry}"`,
  )
  for (const [most, code] of [
    [two.both, codes.join(";")],
    [two.alone, codes[1]!],
  ] as const) {
    const kB = (await bundled(code)).gzip / 1_000
    expect(kB).toBeLessThan(most)
    expect(kB).toBeGreaterThan(most - MOST_BELOW)
  }
  expect(PAGE).toContain(`| ${two.row} | ${two.both} | ${two.alone} |`)
})

const FENCES = 'export { Heap, defineModule } from "@outlive/core"'
const ALL = 'export { Heap, defineModule } from "@outlive/core/all"'

/** Parts of the package: only who imports them has them. */
const PARTS = [
  { part: "schedulers", files: /page\/scheduler\//, code: 'export { Scheduler } from "@outlive/core/all"' },
  { part: "syncobjs", files: /page\/composite\/syncobj/, code: 'export { Syncobj } from "@outlive/core/all"' },
  {
    part: "reservations",
    files: /page\/composite\/reservation/,
    code: 'export { Reservation } from "@outlive/core/all"',
  },
  { part: "heap.check()", files: /page\/heap\/check\/jobs/, code: 'import "@outlive/core/heap-check"' },
  { part: "the checked engine", files: /built\/checked-packed/, code: 'import "@outlive/core/checked"' },
  { part: "the engine in JavaScript", files: /built\/release-js/, code: 'import "@outlive/core/js"' },
  { part: "the checked engine in JavaScript", files: /built\/checked-js/, code: 'import "@outlive/core/checked-js"' },
]

test.each(PARTS)("$part: in a bundle that imports it, and in no other", async ({ files, code }) => {
  for (const program of [FENCES, ALL]) {
    expect((await filesIn(program)).filter((file) => files.test(file))).toEqual([])
    expect((await filesIn(`${program}; ${code}`)).some((file) => files.test(file))).toBe(true)
  }
})

/** What goes beyond fences of issuers: with `/all`, and not without. */
const BEYOND = [
  /built\/release-packed/,
  /composite\/fence-(array|chain)/,
  /heap\/(watch|works|deferred-functions)/,
  /issuer\/(work|shared-lock|executing)/,
  /memory\/lock-order/,
  /memory\/lifetimes/,
  /seat\/transfer\.js/,
]

test.each(BEYOND)("%s: in a bundle of @outlive/core/all, and not of @outlive/core", async (files) => {
  expect((await filesIn(ALL)).some((file) => files.test(file))).toBe(true)
  expect((await filesIn(FENCES)).filter((file) => files.test(file))).toEqual([])
})

test("what sends references comes with primitives, and not with fences for a device", async () => {
  const sends = async (code: string) => (await filesIn(code)).some((file) => /seat\/transfer\.js/.test(file))
  expect(await sends('export { Heap } from "@outlive/core/sync"')).toBe(true)
  expect(await sends('export { Heap } from "@outlive/core/worker"')).toBe(true)
  expect(await sends(`${FENCES}; export { GpuTimeline } from "@outlive/webgpu"`)).toBe(false)
})

test.each(["@outlive/core/worker", "@outlive/core/all-worker", "@outlive/webgpu"])(
  "a bundle of %s has no engine in it",
  async (entry) => {
    const files = await filesIn(`export * from "${entry}"`)
    expect(files.filter((file) => /built\/\w+-(packed|wasm|js)/.test(file))).toEqual([])
  },
)

test("no bundle has the engine twice, or the layout's names", async () => {
  const engines = async (code: string) => (await filesIn(code)).filter((file) => /built\/\w+-packed/.test(file)).length
  expect([await engines(FENCES), await engines(ALL)]).toEqual([1, 1])
  // A heap's trace is told by the names of its events: there they are.
  expect(await filesIn(ALL)).toContain("packages/core/built/layout.js")
  expect(await filesIn(FENCES)).not.toContain("packages/core/built/layout.js")
})
