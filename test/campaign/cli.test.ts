/** `outlive campaign` as people use it: run, killed, resumed, split and merged; exit codes, Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { CampaignResult } from "@outlive/campaign"
import { afterAll, beforeAll, expect, test } from "vitest"
import { MAIN, outlive } from "../race/outlive.js"
import { comparable } from "./local.js"
import { FOR_CI, FOR_PROOF, eachForCiUnless } from "../prove.js"

const cwd = mkdtempSync(join(tmpdir(), "outlive-campaign-"))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const programAt = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url))
const MODEL = programAt("unguarded-model.mjs")
const EXPLORE = ["campaign", "explore", MODEL, "--strategy=random", "--orders=1", "--seeds=1..160", "--per-shard=2"]

async function resultOf(args: readonly string[]): Promise<{ code: number | null; result: CampaignResult }> {
  const { code, out, err } = await outlive([...args, "--json"], { cwd })
  expect(out, err).toMatch(/^\{/)
  return { code, result: JSON.parse(out) as CampaignResult }
}

let undisturbed: CampaignResult
beforeAll(async () => {
  const { code, result } = await resultOf([...EXPLORE, "--out=undisturbed.ndjson", "--jobs=1"])
  expect(code).toBe(1)
  undisturbed = result
})

test("a planted fault is found, deduplicated, with its shortest seed and a line that repeats it", async () => {
  const [finding, ...others] = undisturbed.findings
  expect(others).toEqual([])
  expect(finding).toMatchObject({ cause: "assertion: # additions are lost" })
  expect(finding!.seeds).toBe(undisturbed.seeds.failed)
  expect(finding!.seeds).toBeGreaterThan(10)
  const [command, ...args] = finding!.shortest.repeat.split(" ")
  expect(command).toBe("outlive")
  const { code, out } = await outlive(args, { cwd })
  expect(code).toBe(1)
  expect(out).toContain(finding!.shortest.text.replace("assertion: ", ""))
})

test("after kill -9 of everything, --resume ends with what an undisturbed campaign found", async () => {
  const path = join(cwd, "killed.ndjson")
  const args = [MAIN, ...EXPLORE, "--out=killed.ndjson", "--jobs=1"]
  const child = spawn(process.execPath, args, { cwd, stdio: "ignore", detached: true })
  await until(child, () => existsSync(path) && readFileSync(path, "utf8").split("\n").length > 4)
  // Its processes are in its group.
  process.kill(-child.pid!, "SIGKILL")
  const before = readFileSync(path, "utf8").split("\n").length - 1
  const { code, result } = await resultOf([...EXPLORE, "--out=killed.ndjson", "--resume", "--jobs=1"])
  expect(before).toBeLessThan(81)
  expect(code).toBe(1)
  expect(withoutPath(result)).toEqual(withoutPath(undisturbed))
})

test("two shares, merged, are the whole; another build's are refused", FOR_CI, async () => {
  const shares = await Promise.all(
    [1, 2].map((part) => outlive([...EXPLORE, `--shard=${part}/2`, `--out=${part}.ndjson`, "--jobs=1"], { cwd })),
  )
  expect(shares.map(({ code }) => code)).toEqual([1, 1])
  const { code, result } = await resultOf(["campaign", "merge", "2.ndjson", "1.ndjson"])
  expect(code).toBe(1)
  expect(withoutPath(result)).toEqual(withoutPath(undisturbed))
  const page = await outlive(["report", "1.ndjson", "2.ndjson", "--markdown"], { cwd })
  expect(page.out).toContain(`Campaign ${result.campaign}: **1 causes found**, 160 of 160 seeds`)
  const other = readFileSync(join(cwd, "1.ndjson"), "utf8").replaceAll('"build":"', '"build":"0.')
  writeFileSync(join(cwd, "other.ndjson"), other)
  const refused = await outlive(["campaign", "merge", "1.ndjson", "other.ndjson"], { cwd })
  expect(refused.code).toBe(2)
  expect(refused.err).toContain(`to results of build ${undisturbed.build}: it is of build 0.${undisturbed.build}`)
})

test("races, and what they find", FOR_PROOF, async () => {
  const sound = await resultOf(["campaign", "race", "--seeds=1..2", "--operations=200", "--threads=2"])
  expect(sound).toMatchObject({ code: 0, result: { passed: true, seeds: { done: 2, failed: 0 } } })
  const program = programAt("unguarded.mjs")
  const race = ["campaign", "race", program, "--seeds=1..3", "--operations=20000", "--seconds=10", "--threads=2"]
  const { code, out } = await outlive(race, { cwd })
  expect(code).toBe(1)
  expect(out).toMatch(/FINDING in \d seeds?: # additions of #/)
  expect(out).toMatch(/To repeat: outlive race .*unguarded\.mjs .*--seed=[123] /)
})

test("Ctrl-C ends it with a partial result and exit code 130", FOR_CI, async () => {
  const args = ["campaign", "explore", "signal-add", "--seeds=1..100000", "--out=partial.ndjson", "--jobs=1"]
  const { code, out } = await outlive(args, { cwd, interruptAfterMs: 1_000 })
  expect(code).toBe(130)
  expect(out).toContain("Interrupted: this is a partial result; --resume goes on.")
})

/** In `npm test` the first of them. */
const REFUSED: readonly [args: string[], message: string][] = [
  [
    ["campaign"],
    "There are outlive campaign race, outlive campaign explore, outlive campaign death, outlive campaign merge",
  ],
  [["campaign", "race", "--seeds=1-5"], 'Option --seeds is "1-5": the first and the last are needed, like 1..10000'],
  [["campaign", "race", "--seeds=1..5", "--shard=3/2"], 'Option --shard is "3"'],
  [["campaign", "race", "--seeds=1..5", "--threads=1"], "a whole number from 2 to 64 is needed"],
  [[...EXPLORE, "--out=undisturbed.ndjson"], "it has results. --resume goes on with them, --out takes another file"],
  [["campaign", "merge", "nowhere.ndjson"], "Cannot use nowhere.ndjson (ENOENT)"],
]

eachForCiUnless(REFUSED, (_, at) => at < 2)("%j is refused with exit code 2", {}, async (args, message) => {
  const { code, out, err } = await outlive(args, { cwd })
  expect({ code, out }).toEqual({ code: 2, out: "" })
  expect(err).toContain(message)
})

const withoutPath = (result: CampaignResult) => ({ ...comparable(result), path: undefined })

async function until(child: ChildProcess, holds: () => boolean): Promise<void> {
  while (!holds() && child.exitCode === null) await pause(20)
}
