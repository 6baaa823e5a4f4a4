/** A file that is brought along and never comes to an end, as it is loaded or explored: a thread that loops hears no listener, and Ctrl-C ends it all the same. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, onTestFinished, test } from "vitest"
import { onInterrupt, whileLoading } from "../../../packages/cli/src/interrupt.js"
import { MAIN, outlive } from "../../race/outlive.js"
import { FOR_CI, eachForCiUnless } from "../../prove.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-"))
afterAll(() => rmSync(folder, { recursive: true }))
for (const name of ["model", "program", "role", "experiment", "create", "fenceType", "instantiate"])
  writeFileSync(
    join(folder, `${name}.mjs`),
    `import { writeSync } from "node:fs"\nexport const ${name} = {}\nwriteSync(1, "loops\\n")\nwhile (true) {}\n`,
  )

/** Sends the signal once the file loops; the signal that the process ended by. */
function ended(args: readonly string[], signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  child.stdout.on("data", (said) => {
    if (String(said).endsWith("loops\n")) child.kill(signal)
  })
  return new Promise((resolve) => child.on("close", (_, by) => resolve(by)))
}

const COMMANDS: readonly (readonly string[])[] = [
  ["explore", "./model.mjs"],
  ["bench", "locks", "--lock=./create.mjs", "--quick"],
  ["explore", "./model.mjs", "--jobs=2"],
  ["explore", "./program.mjs"],
  ["explore", "counter-2x1", "--engine=./instantiate.mjs"],
  ["replay", "model:A", "--model=./model.mjs"],
  ["replay", "counter-2x1:A", "--engine=./instantiate.mjs"],
  ["death", "./program.mjs"],
  ["race", "./program.mjs"],
  ["race", "./role.mjs"],
  ["race", "./create.mjs"],
  ["race", "./fenceType.mjs"],
  ["race", "--engine-module=./instantiate.mjs"],
  ["lifetimes", "./fenceType.mjs"],
  ["bench", "./experiment.mjs"],
  ["bench", "./create.mjs"],
  ["campaign", "explore", "./model.mjs", "--seeds=1..2", "--out=model.ndjson"],
  ["campaign", "race", "./role.mjs", "--seeds=1..2", "--out=role.ndjson"],
]

const EACH = COMMANDS.map((args) => [args] as const)
eachForCiUnless(EACH, (_, at) => at < 2)("%j", {}, async (args) => {
  expect(await ended(args, "SIGINT")).toBe("SIGINT")
})

test("so does what asks a process to end", async () => {
  expect(await ended(["explore", "./model.mjs"], "SIGTERM")).toBe("SIGTERM")
})

test("nothing is listened for while something is loaded, and everything before and after", async () => {
  const count = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")
  const before = count()
  const first = onInterrupt()
  expect(count()).toBe(before + 2)
  const late = await whileLoading(async () => {
    await whileLoading(() => Promise.resolve())
    expect(count()).toBe(before)
    return onInterrupt()
  })
  expect(count()).toBe(before + 4)
  await expect(whileLoading(() => Promise.reject(new Error("as it is loaded")))).rejects.toThrow("as it is loaded")
  await whileLoading(async () => Promise.resolve(late.release()))
  expect(count()).toBe(before + 2)
  first.release()
  expect(count()).toBe(before)
})

const LOOPS = `import { writeSync } from "node:fs"
export const model = { threads: [() => { writeSync(1, "loops\\n"); while (true) {} }, () => {}] }
`

const PROGRAM = `import { writeSync } from "node:fs"
const loop = () => { writeSync(1, "loops\\n"); while (true) {} }
export const program = {
  name: "endless", claim: "none", about: "locks", sizes: [{ threads: 2, turns: 1 }],
  threads: [{ name: "looper", play: () => loop }],
}
`

test.each([
  ["explore", "./steps.mjs", "--jobs=1"],
  ["explore", "./steps.mjs", "--jobs=2"],
  ["death", "./turns.mjs"],
])("what loops as it is explored is ended by the second Ctrl-C: %s %s %s", async (...args) => {
  writeFileSync(join(folder, "steps.mjs"), LOOPS)
  writeFileSync(join(folder, "turns.mjs"), PROGRAM)
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder })
  onTestFinished(() => void child.kill("SIGKILL"))
  child.stdout.once("data", () => child.kill("SIGINT"))
  child.stderr.on("data", (said) => {
    if (String(said).includes("press Ctrl-C again")) child.kill("SIGINT")
  })
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130)
})

test("a program that ends the thread on which it dies has not survived", FOR_CI, async () => {
  const ends = 'import { isMainThread } from "node:worker_threads"\nif (!isMainThread) process.exit(0)\n'
  const program = PROGRAM.replace("while (true) {}", "return 1")
  writeFileSync(join(folder, "ends.mjs"), program.replace("\n", `\n${ends}`))
  const { code, err } = await outlive(["death", "./ends.mjs"], { cwd: folder })
  expect(code).toBe(1)
  expect(err).toContain("The thread that explores ended by itself, with code 0")
})
