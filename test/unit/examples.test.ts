/** The examples are programs: each runs, and says what it should. */
import { execFile } from "node:child_process"
import { readFileSync, readdirSync } from "node:fs"
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
  "deadline.mjs": [
    "submitted: backup, icons, photo, background, window",
    "brought forward: background",
    "brought forward: window",
    "brought forward: photo",
    "brought forward: icons",
    "brought forward: photo",
    "done: photo",
    "done: background",
    "done: window",
    "the frame is complete",
    "done: icons",
    "done: backup",
    "0 fences in use at the end",
  ],
  "frames.mjs": [
    "frame: dma_fence_array of 3",
    "all of it: render 2, flip 2",
    "point 1: complete - point 2: pending",
    "after 2: false",
    "after 3: signaled",
  ],
  "locks-and-rcu.mjs": ["0 additions lost", "0 fences in use"],
  "heap-accounts.mjs": [
    "FULL Heap is full: 8 of 8 fences in use",
    "all dropped: 0 fences, 1 threads in use, balanced",
    "with doomed: 1 fences, 2 threads in use, balanced",
    "doomed reclaimed: 1 fences, 1 threads in use, balanced",
  ],
  "sync.mjs": ["4000 counted", "mutex: timed out", "the one before has died: true"],
  "wait-any.mjs": [
    "{ outcome: 'timed-out' }",
    "{ outcome: 'signaled', index: 1 }",
    "signaled",
    "patience is at an end",
    "0 fences in use at the end",
  ],
}

test("every example has its expectation", () => {
  // `test/docs/pages.test.ts` has those of the tutorial.
  const programs = readdirSync(FOLDER).filter((name) => name.endsWith(".mjs"))
  expect(programs.sort()).toEqual(Object.keys(SAYS).sort())
})

test("the program in README.md is an example, word for word", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
  expect(readme).toContain(readFileSync(new URL("two-threads.mjs", FOLDER), "utf8"))
})

test.each(Object.keys(SAYS))("%s", async (name) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, FOLDER))])
  expect(stderr).toBe("")
  expect(stdout.trim().split("\n")).toEqual(SAYS[name])
})
