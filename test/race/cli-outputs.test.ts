/** Files that the command writes, where there is no room, or no file: all of it is there, or it is told, without a stack. */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CampaignError, Journal, headerOf } from "@outlive/campaign"
import { expect, test, vi } from "vitest"
import { conclude, refuseStranger } from "../../packages/cli/src/bench/conclude.js"
import { OutputError } from "../../packages/cli/src/exit-codes.js"
import { openOutput } from "../../packages/cli/src/results.js"
import { result } from "../report/fixture.js"
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
