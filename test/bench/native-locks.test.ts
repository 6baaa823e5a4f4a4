/** Locks natively, under contention: each keeps the others out, what lets two in is found, and ours stands beside the same algorithm. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { RIGS, formatExperiment, nativeLocksExperiment, outcomeOf, runExperiment } from "@outlive/bench"
import { describe, expect, test } from "vitest"
import { buildStrategy } from "../../scripts/strategies.mjs"
import { FOR_CI, eachForCiUnless } from "../prove.js"
import { type Scripted, scripted } from "./scripted.js"

const run = promisify(execFile)
const rig = RIGS["native-locks"]
const RELEASE = { target: "wasm", flavour: "release" } as const
const tools = {
  lock: async (name: string) => ["--build", await buildStrategy(name, RELEASE)],
  fences: async () => [],
  scheme: async () => "",
}
const LOCKS = rig.axes.lock.words
const placeOf = (lock: string, by: string) => ({ lock, by, threads: 2, section: 20, outside: 20 })

/** Undefined where there is no compiler; `as`: another lock of the same program. */
async function measured(lock: string, by: string, as?: string) {
  const place = placeOf(lock, by)
  const args = await rig.argsOf(place, tools, 20)
  if ("cannot" in args) return args
  const named = args.map((word, at) => (as !== undefined && args[at - 1] === "--by" ? as : word))
  const { stdout } = await run(process.execPath, [fileURLToPath(rig.program(place)), ...named], { timeout: 60_000 })
  return JSON.parse(stdout) as {
    threads: number
    overlap: number
    calibrationNs: number
    figures: Record<string, number>
  }
}
/** What may be missing on a machine, and nothing else. */
const MISSING = /^there is no C compiler|is not installed$/

describe("in C", () => {
  eachForCiUnless(LOCKS, (lock) => lock === "ticket")("%s keeps the others out", { timeout: 60_000 }, async (lock) => {
    const report = await measured(lock, "C")
    if ("cannot" in report) return expect(report.cannot).toMatch(MISSING)
    expect(report).toMatchObject({ threads: 2 })
    expect(report.calibrationNs).toBeGreaterThan(0)
    expect(report.figures["perSecond"]).toBeGreaterThan(0)
    expect(report.figures["max"]).toBeGreaterThanOrEqual(report.figures["p50"]!)
  })

  test("one that lets all in is found", { timeout: 60_000 }, async () => {
    const report = await measured("tas", "C", "none").catch((error: Error) => error.message)
    if (typeof report !== "string" && "cannot" in report) return expect(report.cannot).toMatch(MISSING)
    expect(report).toMatch(/additions under none \d+ were lost/)
  })
})

test.each([
  ["three-state-futex", "pthread"],
  ["ttas", "pthread"],
])("%s, %s is measured, or the reason told", { ...FOR_CI, timeout: 60_000 }, async (lock, by) => {
  const report = await measured(lock, by)
  if ("cannot" in report) return expect(report.cannot).toMatch(MISSING)
  expect(report.figures["perSecond"]).toBeGreaterThan(0)
})

test("what has no processor for each thread is told, natively as well", () => {
  const result = scripted(nativeLocksExperiment({ lock: ["ttas"], threads: [1, 2] }), 1, () => ({ value: 1 }))
  const on = (cores: number) => ({ ...result, machine: { ...result.machine, cores } })
  expect(formatExperiment(on(1))).toMatch(/^ *pthread .* oversubscribed$/m)
  expect(outcomeOf(on(1)).notes.at(-1)).toMatch(/^Oversubscribed, 1 processors for more threads: .*ttas\/pthread\/2/)
  expect(formatExperiment(on(2))).not.toContain(" oversubscribed\n")
})

test("what no library has is left out", async () => {
  expect(await rig.argsOf(placeOf("tas", "ck"), tools, 20)).toEqual({ cannot: "no lock there works as ours does" })
})

test("ours is held against the same algorithm, and what was promised is held or refuted", () => {
  const experiment = nativeLocksExperiment({ lock: ["tas", "mcs"], threads: [1, 2] })
  const slow = { lock: "mcs", by: "@outlive/core", threads: 2 }
  const isSlow = (place: Readonly<Record<string, string | number>>) =>
    Object.entries(slow).every(([axis, value]) => place[axis] === value)
  const result = scripted(experiment, 9, ({ place }): Scripted => ({ value: isSlow(place) ? 500 : 1_000 }))
  const { claims } = outcomeOf(result)
  expect(claims.slice(0, 4).map(({ verdict, text }) => [verdict, text.split(":")[0]])).toEqual([
    ["held", "tas, 1 thread"],
    ["held", "tas, 2 threads"],
    ["held", "mcs, 1 thread"],
    ["missed", "mcs, 2 threads"],
  ])
  expect(claims.find(({ text }) => text.startsWith("lock mcs, threads 2, @outlive/core ÷ C"))).toMatchObject({
    verdict: "shown",
    ratio: { median: 0.5 },
  })
})

test(
  "the experiment runs; what is left out is told once for each reason",
  { ...FOR_CI, timeout: 120_000 },
  async () => {
    const small = nativeLocksExperiment({ lock: ["ttas", "ticket"], threads: [2] })
    const result = await runExperiment(small, tools, { rounds: 1, ms: 5, evenUnderLoad: true })
    const text = formatExperiment(result)
    expect(text).toMatch(/overlap +preempted\/s/)
    expect(text.match(/Not measured, no lock there works as ours does/g)).toHaveLength(1)
    const ours = result.measurements.filter(({ variant }) => variant.includes("@outlive/core"))
    expect(ours.map(({ figures }) => figures["preempted"]! >= 0)).toEqual([true, true])
  },
)
