/** What there can be many of, each a few: made, ended and given back. Threads take long to start: few, and in CI. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { RIGS } from "@outlive/bench"
import { expect, test } from "vitest"
import { FOR_CI } from "../prove.js"

const run = promisify(execFile)
const tools = { lock: async () => [], fences: async () => [], scheme: async () => "" }

test.each([
  ["fences", 100],
  ["promises", 100],
  ["threads", 3],
  ["modules", 50],
])("%s, %i of them", FOR_CI, async (of, count) => {
  const args = await RIGS.scale.argsOf({ engine: "wasm", of, count }, tools, 5)
  if ("cannot" in args) throw new Error(args.cannot)
  const { stdout } = await run(process.execPath, [fileURLToPath(RIGS.scale.program), ...args], { timeout: 60_000 })
  const { figures } = JSON.parse(stdout) as { figures: Record<string, number> }
  expect(figures["makeNs"]).toBeGreaterThan(0)
  expect(figures["endNs"]).toBeGreaterThan(0)
})
