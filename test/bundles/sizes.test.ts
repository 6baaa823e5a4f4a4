/**
 * What a page loads. The bounds are a little above what was measured: whoever goes over one has put something into every page, and says
 * here why it is worth that. docs/guides/bundlers.md has the table.
 */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { bundled } from "./bundled.js"

const API = 'export { Heap, defineModule } from "@outlive/core"'

/** A program, and the most that it may take: kilobytes of 1,000 bytes, minified and compressed by gzip. */
const PROGRAMS: readonly { readonly name: string; readonly code: string; readonly most: number }[] = [
  { name: "a worker that opens a heap", code: 'export { Heap } from "@outlive/core/worker"', most: 34 },
  { name: "heaps, modules, fences", code: API, most: 62 },
  { name: "… and syncobjs", code: `${API}; export { Syncobj } from "@outlive/core"`, most: 68 },
  { name: "… and schedulers", code: `${API}; export { Scheduler, Entity } from "@outlive/core"`, most: 72 },
  { name: "… and heap.check()", code: `import "@outlive/core/heap-check"; ${API}`, most: 75 },
  { name: "… and the checked engine", code: `import "@outlive/core/checked"; ${API}`, most: 92 },
  { name: "… and the engine in JavaScript", code: `import "@outlive/core/js"; ${API}`, most: 90 },
]
const PAGE = readFileSync(new URL("../../docs/guides/bundlers.md", import.meta.url), "utf8")

test.each(PROGRAMS)("$name: at most $most kB, and docs/guides/bundlers.md says so", async ({ name, code, most }) => {
  const { bytes } = await bundled(code)
  expect(bytes / 1_000).toBeLessThan(most)
  expect(PAGE).toContain(`| ${name} | ${most} |`)
})

/** Parts of the package: only who imports them has them. */
const PARTS = [
  { part: "schedulers", files: /dist\/scheduler\//, code: 'export { Scheduler } from "@outlive/core"' },
  { part: "syncobjs", files: /dist\/composite\/syncobj/, code: 'export { Syncobj } from "@outlive/core"' },
  { part: "reservations", files: /dist\/composite\/reservation/, code: 'export { Reservation } from "@outlive/core"' },
  { part: "heap.check()", files: /dist\/heap\/check\/jobs/, code: 'import "@outlive/core/heap-check"' },
  { part: "the checked engine", files: /built\/checked-packed/, code: 'import "@outlive/core/checked"' },
  { part: "the engine in JavaScript", files: /built\/release-js/, code: 'import "@outlive/core/js"' },
  { part: "the checked engine in JavaScript", files: /built\/checked-js/, code: 'import "@outlive/core/checked-js"' },
]

test.each(PARTS)("$part: in a bundle that imports it, and in no other", async ({ files, code }) => {
  expect((await bundled(API)).files.filter((file) => files.test(file))).toEqual([])
  expect((await bundled(`${API}; ${code}`)).files.some((file) => files.test(file))).toBe(true)
})

test("a worker's bundle has no engine in it", async () => {
  const { files } = await bundled('export { Heap } from "@outlive/core/worker"')
  expect(files.filter((file) => /built\/\w+-(packed|wasm|js)/.test(file))).toEqual([])
})
