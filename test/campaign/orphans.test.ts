/** A campaign's process that loops hears nothing, not even that its parent has gone: whoever ends, however, ends those that it started. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, expect, onTestFinished, test } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "outlive-"))
afterAll(() => rmSync(folder, { recursive: true }))

const LOOPS = `import { writeFileSync } from "node:fs"
process.on("message", ({ kind }) => {
  if (kind === "begin") return process.send({ kind: "ready" })
  writeFileSync("looping", "")
  while (true) {}
})
`
const PARENT = `import { fork } from "node:child_process"
import { existsSync, writeSync } from "node:fs"
import { Crew, headerOf } from ${JSON.stringify(import.meta.resolve("@outlive/campaign"))}
const header = headerOf({ kind: "dice", options: {}, files: {}, seeds: [1, 2], perShard: 1 }, "1")
const start = () => fork("./loops.mjs", { stdio: ["ignore", "ignore", "pipe", "ipc"] })
const onTaken = (_, pid) => {
  writeSync(1, String(pid))
  setInterval(() => existsSync("looping") && process.exit(130), 10)
}
void new Crew({ header, size: 1, start, onTaken }).play(0)
`

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test("a process that loops ends with the one that started it", async () => {
  writeFileSync(join(folder, "loops.mjs"), LOOPS)
  writeFileSync(join(folder, "parent.mjs"), PARENT)
  const parent = spawn(process.execPath, ["parent.mjs"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  let said = ""
  parent.stdout.on("data", (data) => (said += String(data)))
  expect(await new Promise((resolve) => parent.on("exit", resolve))).toBe(130)
  const pid = Number(said)
  expect(pid).toBeGreaterThan(0)
  onTestFinished(() => void (isThere(pid) && process.kill(pid, "SIGKILL")))
  while (isThere(pid)) await pause(10)
})
