/** A model that is refused in a worker, or ends it, is told to whoever hired it: with one worker and with two, and by the command. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ExploreError, exploreParallel } from "@outlive/explore"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { outlive } from "../../race/outlive.js"
import { FOR_CI } from "../../prove.js"

const MODULES = {
  throws: `{ setup() { throw new TypeError("in setup") }, threads: [() => {}, () => {}] }`,
  empty: `{ threads: [] }`,
  odd: `{ memory: 3, threads: [() => {}, () => {}] }`,
  kept: `{ setup: () => new Int32Array(2), threads: [0, 1].map(() => (c) => void Atomics.add(c, 0, 1)) }`,
  generator: `{ threads: [function* () { yield 1 }] }`,
  many: `{ threads: Array.from({ length: 41 }, () => () => {}) }`,
  named: `{ setup() { throw Object.assign(new Error("odd"), { name: "OddError" }) }, threads: [() => {}] }`,
  proxy: `{ setup() { throw new Proxy({ toString: () => "a proxy" }, {}) }, threads: [() => {}] }`,
  revoked: `{ setup() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }, threads: [() => {}] }`,
  nothing: `{ setup() { throw null }, threads: [() => {}] }`,
  exits: `{ setup() { process.exit(0) }, threads: [() => {}] }`,
  ends: `{ threads: [() => {}] }\nif (!isMainThread) process.exit(0)`,
} as const
type Name = keyof typeof MODULES

const urlOf = (name: Name) => {
  const text = `import { isMainThread } from "node:worker_threads"\nexport const model = ${MODULES[name]}\n`
  return `data:text/javascript,${encodeURIComponent(text)}`
}

const REFUSED: readonly (readonly [Name, object | null])[] = [
  ["throws", { name: "TypeError", message: "in setup" }],
  ["odd", { name: "RangeError", message: expect.stringContaining("memory of 3 bytes") as string }],
  ["empty", { name: "RangeError", message: expect.stringContaining("0 threads") as string }],
  ["kept", { name: "ExploreError", code: "own-memory" }],
  ["generator", { name: "ExploreError", code: "function" }],
  ["many", { name: "RangeError", message: expect.stringContaining("41 threads") as string }],
  ["named", { name: "OddError", message: "odd" }],
  ["proxy", { message: "a proxy" }],
  ["revoked", { name: "TypeError" }],
  ["nothing", null],
  ["exits", { name: "ExploreError", message: expect.stringContaining("process.exit(0)") as string }],
  ["ends", { message: expect.stringContaining("ended by itself, with code 0") as string }],
]

describe.each([1, 2])("with %i workers", (jobs) => {
  test.each(REFUSED)("%s", async (name, refusal) => {
    const thrown: unknown = await exploreParallel(urlOf(name), "model", { jobs }).then(
      () => "nothing was thrown",
      (error: unknown) => error,
    )
    if (refusal === null) expect(thrown).toBe(null)
    else expect(thrown).toMatchObject(refusal)
    expect(thrown instanceof ExploreError).toBe((refusal as { name?: string } | null)?.name === "ExploreError")
  })
})

describe("by the command", () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "outlive-"))
    for (const name of ["throws", "odd", "nothing"] as const)
      writeFileSync(join(folder, `${name}.mjs`), `export const model = ${MODULES[name]}\n`)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ["odd.mjs", [], 2, "Cannot explore a memory of 3 bytes"],
    ["throws.mjs", ["--jobs", "2"], 1, "in setup"],
    ["throws.mjs", ["--checkpoint", "place.json"], 1, "in setup"],
    ["nothing.mjs", [], 1, "null was thrown"],
  ] as const)("%s %j ends with code %i", FOR_CI, async (file, options, code, message) => {
    const ended = await outlive(["explore", `./${file}`, ...options], { cwd: folder })
    expect(ended).toMatchObject({ code, out: "" })
    expect(ended.err).toContain(message)
  })
})
