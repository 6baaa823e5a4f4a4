/** Files that the command writes, where there is no room, or no file: all of it is there, or it is told, without a stack. */
import { execFile, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { CampaignError, Journal, headerOf } from "@outlive/campaign"
import { expect, test, vi } from "vitest"
import { conclude, refuseStranger } from "../../packages/cli/src/bench/conclude.js"
import { OutputError } from "../../packages/cli/src/exit-codes.js"
import { openOutput } from "../../packages/cli/src/results.js"
import { result } from "../report/fixture.js"
import { eachForCiUnless } from "../prove.js"
import { MAIN, outlive } from "./outlive.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-outputs-"))

/** Node, in a process whose files may have a kilobyte at most: as on a disk that fills up in the middle of a write. */
function crowded(args: readonly string[]): Promise<{ code: number; err: string }> {
  const limited = ["-c", 'ulimit -f 1; exec "$0" "$@"', process.execPath, ...args]
  return new Promise((resolve) =>
    execFile("sh", limited, { cwd: folder }, (error, _out, err) => resolve({ code: Number(error?.code ?? 0), err })),
  )
}

test("a result that is cut off is told", async () => {
  const { code, err } = await crowded([MAIN, "explore", "counter-2x1", "--html", "page.html"])
  expect(code).toBe(1)
  expect(err).toBe("outlive: page.html cannot be written (EFBIG)\n")
  expect(existsSync(join(folder, "page.html"))).toBe(false)
})

test("what was measured for minutes is told, though there is no room for its file", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true)
  const asked = { json: false, baseline: undefined }
  try {
    const full = () => {
      throw new OutputError("no room")
    }
    expect(() => conclude(result, "what came out", { path: "full.json", write: full }, asked)).toThrow("no room")
    expect(written.mock.calls).toEqual([["what came out\n"]])
    conclude(result, "what came out", { path: "there.json", write: () => {} }, asked)
    expect(written.mock.lastCall).toEqual(["what came out\n\nResult: there.json\n"])
  } finally {
    written.mockRestore()
  }
})

test("a baseline that has nothing of what is measured is refused, and one that has is not", () => {
  const [first] = result.experiments!
  expect(() => refuseStranger(result, ["nobody", first!.name])).not.toThrow()
  expect(() => refuseStranger(result, ["nobody"])).toThrow(`It has ${first!.name}`)
  expect(() => refuseStranger({ ...result, experiments: [] }, ["nobody"])).toThrow("It has no experiment")
})

test("where nothing could be compared the exit code does not say that nothing is worse", () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true)
  const before = process.exitCode
  const codes = [{ ...result, experiments: [] }, undefined].map((baseline) => {
    process.exitCode = undefined
    conclude(result, "", { path: "there.json", write: () => {} }, { json: false, baseline })
    return process.exitCode
  })
  process.exitCode = before
  written.mockRestore()
  expect(codes).toEqual([2, undefined])
})

const FILLS = `
import { Journal, headerOf } from ${JSON.stringify(import.meta.resolve("@outlive/campaign"))}
const header = headerOf({ kind: "dice", options: {}, files: {}, seeds: [1, 100], perShard: 1 }, "1")
const journal = await Journal.open("dice.ndjson", header)
const { campaign, build } = header
for (let shard = 0; shard < 100; shard++)
  journal.settle({ campaign, build, shard, poisoned: { tries: 3, why: "a line that takes some room" } })
`

test("so is a campaign's line that is cut off; what was written before counts", async () => {
  const { code, err } = await crowded(["--input-type=module", "--eval", FILLS])
  expect(code).toBe(1)
  expect(err).toContain("dice.ndjson cannot be written (EFBIG). What is in it counts: --resume goes on")
  const header = headerOf({ kind: "dice", options: {}, files: {}, seeds: [1, 100], perShard: 1 }, "1")
  const journal = await Journal.open(join(folder, "dice.ndjson"), header, { resume: true })
  journal.close()
  expect(journal.tally.result().shards.poisoned).toBeGreaterThan(0)
})

test.runIf(existsSync("/dev/full")).each([["--junit"], ["--json", "--junit"], ["--trace"]])(
  "what a race found is told, though %s cannot be written",
  async (...options) => {
    const race = ["race", "--program", "counter", "--lock", "none", "--seconds", "0.3", ...options, "/dev/full"]
    const { code, out, err } = await outlive(race)
    expect(code).toBe(1)
    expect(out).toContain("counter")
    expect(err).toContain("/dev/full cannot be written (ENOSPC)")
  },
)

test.runIf(existsSync("/dev/full"))("a device has no length, and may have no room", async () => {
  const header = headerOf({ kind: "dice", options: {}, files: {}, seeds: [1, 2], perShard: 1 }, "1")
  await expect(Journal.open("/dev/full", header)).rejects.toMatchObject({ code: "NOT_WRITTEN" })
  await expect(Journal.open("/dev/full", header)).rejects.toBeInstanceOf(CampaignError)
  expect(() => openOutput("html", "/dev/full").write("page")).toThrow("/dev/full cannot be written (ENOSPC)")
  openOutput("html", "/dev/null").write("page")
})

test("what another command has written is not taken away by one that ends without a result", () => {
  const path = join(folder, "shared.html")
  const before = process.listeners("exit")
  openOutput("html", path)
  const discards = process.listeners("exit").filter((one) => !before.includes(one))
  writeFileSync(path, "theirs")
  for (const discard of discards) discard(0)
  expect(readFileSync(path, "utf8")).toBe("theirs")
  writeFileSync(path, "")
  for (const discard of discards) discard(0)
  expect(existsSync(path)).toBe(false)
})

test("where a folder cannot be made it is told, before anything is done", async () => {
  const [fresh, campaign, pictures] = await Promise.all([
    outlive(["new", "lock", "/dev/null/mine.ts"]),
    outlive(["campaign", "explore", "counter-2x1", "--seeds", "1..2", "--out", "/dev/null/deep/c.ndjson"]),
    outlive(["report", "--pictures", "/dev/null/p", join("docs", "results", "none.json")]),
  ])
  for (const { code, err } of [fresh, campaign, pictures]) {
    expect(code).toBe(2)
    expect(err).not.toContain("    at ")
  }
})

/** What the command ends with when nobody reads what it says. */
function unread(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
  child.stdout.destroy()
  return new Promise((resolve) => child.on("close", resolve))
}

const SHORT = ["race", "--operations=2000", "--seconds=10"]
const LOST = `{ setup: () => new Int32Array(new SharedArrayBuffer(4)),
  threads: [0, 1].map(() => (cells) => void Atomics.store(cells, 0, Atomics.load(cells, 0) + 1)),
  check: (cells) => cells[0] === 2 }`
writeFileSync(join(folder, "lost.mjs"), `export const model = ${LOST}\n`)

/** Each command that says how it ended, when it holds: before its last word is found unread, or after. In `npm test` the first. */
const HOLDS: readonly (readonly string[])[] = [
  SHORT,
  [...SHORT, "--json"],
  ["explore", "counter-2x1"],
  ["explore", "counter-2x1", "--quiet"],
  ["explore", "counter-2x1", "--json"],
  ["replay", "counter-2x1:A"],
  ["death", "counter"],
  ["campaign", "explore", "counter-2x1", "--seeds=1..2", "--out=unread.ndjson"],
  ["report", "--schema"],
  ["new", "lock", "unread.ts"],
  ["explore"],
  ["--help"],
]

const one = (args: readonly string[]) => [args] as const

eachForCiUnless(HOLDS.map(one), (_, at) => at < 2)("%j that nobody reads is no success", {}, async (args) => {
  expect(await unread(args)).toBe(141)
})

const UNGUARDED = fileURLToPath(new URL("../campaign/programs/unguarded.mjs", import.meta.url))

/** When it does not hold, and that is known when the pipe is found closed. */
const FAILS: readonly (readonly string[])[] = [
  ["race", UNGUARDED, "--operations=20000", "--seconds=10", "--threads=2", "--json"],
  ["replay", "model:AB2A", "--model=./lost.mjs"],
]

eachForCiUnless(FAILS.map(one), (_, at) => at < 1)("%j that nobody reads has failed", {}, async (args) => {
  expect(await unread(args)).toBe(1)
})

test("two outputs in one file are refused, by whatever path, and nothing is written", async () => {
  mkdirSync(join(folder, "real"))
  symlinkSync("real", join(folder, "link"))
  writeFileSync(join(folder, "mine.xml"), "as it was")
  const both: readonly (readonly string[])[] = [
    ["race", "--trace", "both.json", "--junit", "./both.json"],
    ["race", "--trace", "mine.xml", "--junit", "mine.xml"],
    ["explore", "counter-2x1", "--html", "real/page", "--junit", "link/page"],
    ["explore", "counter-2x1", "--checkpoint", "kept", "--junit", "kept"],
  ]
  for (const ended of await Promise.all(both.map((args) => outlive(args, { cwd: folder })))) {
    expect(ended).toMatchObject({ code: 2, out: "" })
    expect(ended.err).toMatch(
      /^outlive: Option --(trace|junit) is ".*": --(junit|html|checkpoint) is written to that file, give each its own$/m,
    )
  }
  expect(["both.json", "real/page", "kept"].filter((file) => existsSync(join(folder, file)))).toEqual([])
  expect(readFileSync(join(folder, "mine.xml"), "utf8")).toBe("as it was")
})

test("a device takes any number of them", () => {
  for (const option of ["html", "junit"]) openOutput(option, "/dev/null").write("page")
})
