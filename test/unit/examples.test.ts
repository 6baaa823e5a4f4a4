/** The examples are programs: each runs, and says what it should. */
import { execFile } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const FOLDER = new URL("../../examples/", import.meta.url)

const SAYS: Readonly<Record<string, readonly string[]>> = {
  "two-threads.mjs": ["1:1 render toy-gpu unsignaled", "signaled"],
  "outlive.mjs": [
    "issuer-bound: issued by toy-gpu",
    "issuer-bound: unloaded, OOPS DEAD_TEXT",
    "independent: issued by toy-gpu",
    "independent: unloaded, and the fence says detached-driver",
  ],
  "wait-any.mjs": [
    "{ outcome: 'timed-out' }",
    "{ outcome: 'signaled', index: 1 }",
    "signaled",
    "patience is at an end",
    "0 fences in use at the end",
  ],
}

test("every example has its expectation", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(SAYS).sort())
})

test.each(Object.keys(SAYS))("%s", async (name) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, FOLDER))])
  expect(stderr).toBe("")
  expect(stdout.trim().split("\n")).toEqual(SAYS[name])
})
