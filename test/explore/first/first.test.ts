/**
 * How many functions a first exploration runs. It takes 10 ms, and nearly all of that is compiling what runs for the first time, about
 * 30 µs for each function: a time cannot be asserted on, but the number of functions can. Whoever goes over the bound has put a function
 * into every model's way: into the way of those alone that need it, it costs nobody else.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const MOST_FUNCTIONS = 165
/** Names of the package's functions in the order in which they ran first, from `explore` on. As V8 logs them. */
function firstRun(program: URL): string[] {
  const folder = mkdtempSync(join(tmpdir(), "outlive-first-"))
  try {
    const log = join(folder, "v8.log")
    execFileSync(process.execPath, [
      "--log-function-events",
      "--no-logfile-per-isolate",
      `--logfile=${log}`,
      fileURLToPath(program),
    ])
    const lines = readFileSync(log, "utf8")
      .split("\n")
      .map((line) => line.split(","))
    const ours = new Set(
      lines
        .filter(([kind, , url]) => kind === "script-details" && /packages\/explore\//.test(url ?? ""))
        .map(([, script]) => script),
    )
    const names = lines
      .filter(([kind, what, script]) => kind === "function" && what === "first-execution" && ours.has(script))
      .map((line) => line[7] ?? "")
    return names.slice(names.lastIndexOf("explore"))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test(`a first exploration runs at most ${MOST_FUNCTIONS} functions`, () => {
  const names = firstRun(new URL("program.mjs", import.meta.url))
  expect(names).toContain("advance")
  expect(names.length).toBeLessThanOrEqual(MOST_FUNCTIONS)
  expect(names.length).toBeGreaterThan(MOST_FUNCTIONS - 30)
})

test("negative control: a program with more in its way runs more than that", () => {
  expect(firstRun(new URL("twin.mjs", import.meta.url)).length).toBeGreaterThan(MOST_FUNCTIONS)
})

/** V8 makes one more function for a class that has any. */
const PRIVATE = /^\s+(?:static |readonly |async |get |set |\*)*#\w+/m

test("no class of the explorer has private fields", () => {
  expect(PRIVATE.test("class A {\n  #made = 1\n}")).toBe(true)
  const sources = fileURLToPath(new URL("../../../packages/explore/src", import.meta.url))
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((file) => PRIVATE.test(readFileSync(join(sources, file), "utf8")))).toEqual([])
})
