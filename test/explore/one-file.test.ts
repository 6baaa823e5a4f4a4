/** Where the explorer's code lies, beside the model's or in one file with it, its own lines are not taken for the model's, nor the model's for its own. */
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { afterAll, beforeAll, expect, test } from "vitest"

const BUILT = fileURLToPath(new URL("../../packages/explore/built/package/browser.js", import.meta.url))
const MODEL = `
const model = (...threads) => ({ memory: 8, setup: (memory) => new Int32Array(memory), threads })
const set = (cells) => void Atomics.store(cells, 0, 1)
const spin = (cells) => {
  while (Atomics.load(cells, 0) === 0);
}
const other = (cells) => void Atomics.store(cells, 1, 1)
const fails = (cells) => {
  if (Atomics.load(cells, 0) === 1) throw new Error("seen")
}
const verdictOf = ({ verdict, exhaustive }) => verdict + " " + exhaustive
export const exploreAll = ({ explore, report }) => ({
  waits: verdictOf(explore(model(spin, set), { timeMs: 5_000 })),
  forEver: explore(model(spin, other), { timeMs: 5_000 }).message,
  told: report(explore(model(fails, set))),
})`

let folder = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outlive-one-file-"))
  for (const name of ["a/b", "src", "one"]) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, "src/model.mjs"), MODEL)
  copyFileSync(BUILT, join(folder, "a/b/explorer.mjs"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the explorer for pages needs of a page. */
const PAGE = "data:text/javascript,globalThis.Worker = class {}"

/** In a process of its own: a test runner makes something else of the files. */
function explored(file: string): { waits: string; forEver: string; told: string } {
  const parameters = ["--import", PAGE, join(folder, file)]
  return JSON.parse(execFileSync(process.execPath, parameters, { encoding: "utf8", timeout: 60_000 })) as never
}
const bundle = (contents: string, file: string, minify = false) =>
  build({
    stdin: { contents, resolveDir: folder },
    outfile: join(folder, file),
    minify,
    bundle: true,
    format: "esm",
    logLevel: "error",
  })
const RUN = `import * as explorer from "./a/b/explorer.mjs"
import { exploreAll } from "./src/model.mjs"
`
const SAYS = "console.log(JSON.stringify(exploreAll(explorer)))"

test("beside a copy of the explorer, a folder that is called like one of the package's is the model's", () => {
  writeFileSync(join(folder, "run.mjs"), RUN + SAYS)
  const { waits, forEver, told } = explored("run.mjs")
  expect(waits).toBe("pass true")
  expect(forEver).toContain("Nothing changes any more what threads wait for")
  expect(told).toContain("model.mjs:9")
})

test.each([false, true])(
  "in one file a loop that waits is known, and no line is named (minified: %s)",
  async (minify) => {
    await bundle(RUN + SAYS, "one/all.mjs", minify)
    const { waits, forEver, told } = explored("one/all.mjs")
    expect(waits).toBe("pass true")
    expect(forEver).toContain("Nothing changes any more what threads wait for")
    expect(told).toContain("Thread A threw Error: seen")
    expect(told).not.toMatch(/\.mjs:\d/)
  },
)

test("whoever calls the explorer from another file is not taken for the model", async () => {
  await bundle(`${RUN}export const run = () => ${SAYS}`, "one/run.mjs")
  writeFileSync(join(folder, "one/caller.mjs"), `import { run } from "./run.mjs"\nrun()`)
  expect(explored("one/caller.mjs").told).not.toMatch(/\.mjs:\d/)
})
