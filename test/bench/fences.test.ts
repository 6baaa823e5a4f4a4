/** Fences with a lock of their own, with one that they share, and with none, do the same work; what a removed callback costs is told. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { RIGS, type Tools } from "@outlive/bench"
import { expect, test } from "vitest"
import { LAB_OF_FENCES, buildWith } from "../../scripts/strategies.mjs"
import { FOR_CI, FOR_PROOF } from "../prove.js"

const run = promisify(execFile)
const RELEASE = { target: "wasm", flavour: "release" } as const
const rig = RIGS.fences
const TOOLS: Tools = {
  lock: async () => ["--lock", "spin"],
  fences: async (lock) => ["--build", await buildWith(LAB_OF_FENCES, RELEASE, lock === "mcs" ? { lock } : {})],
  scheme: async () => "",
}

async function figuresOf(placement: string, task: string, lock = "spin-or-sleep"): Promise<Record<string, number>> {
  const args = await rig.argsOf({ placement, lock, threads: 2, task }, TOOLS, 5)
  if ("cannot" in args) throw new Error(args.cannot)
  const { stdout } = await run(process.execPath, [fileURLToPath(rig.program), ...args], { timeout: 60_000 })
  return (JSON.parse(stdout) as { figures: Record<string, number> }).figures
}

// Of eight callbacks seven are in the middle, and stay: 32 bytes each.
test.each([
  ["inline", 0],
  ["external", 0],
  ["external-uncounted", 0],
  ["lock-free", 28],
])("%s: a removed callback keeps %i bytes until its fence completes", FOR_CI, async (placement, bytes) => {
  const figures = await figuresOf(placement, "remove")
  expect(figures["keptBytes"]).toBe(bytes)
  expect(figures["perSecond"]).toBeGreaterThan(0)
})

test.each([
  ["lock-free", "issue"],
  ["lock-free", "run"],
  ["inline", "run"],
])("%s, %s: all records come back", FOR_CI, async (placement, task) => {
  const figures = await figuresOf(placement, task)
  expect(figures["perSecond"]).toBeGreaterThan(0)
  expect(figures).not.toHaveProperty("keptBytes")
})

// Its build is of two files that stand in no other, and takes half a minute.
test("lock-free, over a heap with another lock", FOR_PROOF, async () => {
  expect(await figuresOf("lock-free", "remove", "mcs")).toMatchObject({ keptBytes: 28 })
})
