/** The snippets of the package's README compile, run, and print what they say that they print. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Heap, defineModule } from "@outlive/core"
import * as sync from "@outlive/sync"
import { transformSync } from "esbuild"
import { expect, test } from "vitest"
import { typedProgramsIn } from "../../scripts/snippets.mjs"

const README = readFileSync(new URL("../../packages/sync/README.md", import.meta.url), "utf8")
/** The program at the top is run with those of the other packages (`test/unit/readmes`). */
const snippets = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!)

const titleOf = (code: string) => /(\w+)\.create/.exec(code)?.[1] ?? code.slice(0, 20)

test("there is one of each", () => {
  const isClass = (value: unknown) => /^class\b/.test(String(value))
  const classes = Object.entries(sync)
    .filter(([name, value]) => name !== "SyncError" && isClass(value))
    .map(([name]) => name)
  expect(snippets.map(titleOf).sort()).toEqual(classes.sort())
})

test.each(snippets.map((code) => [titleOf(code), code] as const))("%s", async (_, code) => {
  const heap = Heap.create({ threads: 8 })
  const thread = heap.attach({ name: "main" })
  const printed: string[] = []
  const log = (...values: unknown[]) => void printed.push(values.map(String).join(" "))
  const timeline = thread.load(defineModule({ name: "m", driverName: "m" })).timeline("work")
  const names = ["thread", "timeline", "console", ...Object.keys(sync)]
  const { code: body } = transformSync(`export default async (${names.join(", ")}) => {\n${code}\n}`, {
    target: "es2022",
    format: "esm",
    loader: "ts",
  })
  const url = `data:text/javascript;base64,${Buffer.from(body).toString("base64")}`
  const { default: play } = (await import(url)) as { default: (...values: unknown[]) => Promise<void> }
  await play(thread, timeline, { log }, ...Object.values(sync))
  const said = [...code.matchAll(/\/\/ prints: (.*)/g)].map(([, line]) => line!)
  // What is printed in a loop is printed in each turn.
  expect([...new Set(printed)]).toEqual(said)
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ balanced: true, objects: { inUse: 0 } })
  thread.detach()
})

const STRICT = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2022"],
  types: ["node"],
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
}

/** What the compiler says of programs, as strict as it can be; each is a file of its own. */
async function saidOf(programs: readonly string[]): Promise<string> {
  const modules = fileURLToPath(new URL("../../node_modules", import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), "outlive-typed-"))
  try {
    symlinkSync(modules, join(folder, "node_modules"))
    programs.forEach((program, i) => writeFileSync(join(folder, `shown-${i}.mts`), program))
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: STRICT, include: ["*.mts"] }))
    const compiler = join(modules, ".bin/tsc")
    const { stdout } = await promisify(execFile)(compiler, ["-p", folder]).catch((error: { stdout: string }) => error)
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test("strict TypeScript takes them, and a twin in which what is received may be closed it does not", async () => {
  const programs = typedProgramsIn(README)
  expect(programs).toHaveLength(snippets.length)
  const careless = programs.map((program) => program.replace('if (received !== "closed")', ""))
  expect(await saidOf(programs)).toBe("")
  expect(await saidOf(careless)).toMatch(/shown-\d+\.mts.*'signal' does not exist on type .*closed/)
})
