/** Whole processes: a program that only awaits a fence stays alive until it is signaled, and exits at once afterwards. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { FOR_CI, eachForCiUnless } from "../prove.js"

const run = async (program: string, ...args: string[]) => {
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path, ...args], { timeout: 60_000 })
  return { lines: stdout.trim().split("\n"), stderr }
}

test.each(["wasm", "js"])("%s: a program that only awaits a fence", async (engine) => {
  const { lines, stderr } = await run("await-one.mjs", engine)
  expect(stderr).toBe("")
  expect(lines[0]).toBe("signaled")
  // It has ended by itself, and did not wait for a timer that nobody stopped.
  expect(lines[1]).toBe("0")
})

eachForCiUnless(["wasm", "js"], (engine) => engine === "wasm")(
  "%s: 10,000 promises, one burst of signals, one ring of the bell",
  {},
  async (engine) => {
    const { lines, stderr } = await run("await-many.mjs", engine)
    expect(stderr).toBe("")
    const { resolved, rings, balanced, inUse } = JSON.parse(lines.at(-1)!)
    expect({ resolved, balanced, inUse }).toEqual({ resolved: 10_000, balanced: true, inUse: 0 })
    expect(rings, "rings of the doorbell").toBeLessThan(1_000)
  },
)

test.each(["wasm", "js"])(
  "%s: ten million fences by two threads, and memory does not grow",
  { timeout: 120_000, ...FOR_CI },
  async (engine) => {
    const { lines, stderr } = await run("ten-million.mjs", engine, engine === "wasm" ? "10000000" : "2000000")
    expect(stderr).toBe("")
    const { created, balanced, inUse, grownMiB } = JSON.parse(lines.at(-1)!)
    expect({ created, balanced, inUse }).toEqual({
      created: engine === "wasm" ? 10_000_000 : 2_000_000,
      balanced: true,
      inUse: 0,
    })
    expect(grownMiB, "growth of the process between a tenth of the way and the end").toBeLessThan(16)
  },
)
