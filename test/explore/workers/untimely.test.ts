/** A file that is brought along and ends the process, as it is loaded, is no pass: the command says so, whatever the file is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { outlive } from "../../race/outlive.js"
import { FOR_CI } from "../../prove.js"

const KINDS = {
  model: "{ threads: [() => {}] }",
  program: "{}",
  experiment: "{}",
  create: "() => ({})",
  fenceType: "{}",
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outlive-"))
  for (const [name, given] of Object.entries(KINDS))
    writeFileSync(join(folder, `${name}.mjs`), `process.exit(0)\nexport const ${name} = ${given}\n`)
  writeFileSync(join(folder, "three.mjs"), "process.exit(3)\nexport const model = { threads: [() => {}] }\n")
  writeFileSync(join(folder, "holds.mjs"), "export const model = { threads: [() => {}] }\n")
  writeFileSync(join(folder, "empty.mjs"), 'throw ""\nexport const model = { threads: [() => {}] }\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const TOLD = /^outlive: The process ended before the command did, with code (\d+): .*process\.exit\?$/m

test("explore says that the process ended, and that is no pass", async () => {
  const ended = await outlive(["explore", "./model.mjs"], { cwd: folder })
  expect(ended).toMatchObject({ code: 1, out: "" })
  expect(TOLD.exec(ended.err)?.[1]).toBe("0")
})

describe("and so does", () => {
  test.each([
    ["replay", "model:A", "--model", "./model.mjs"],
    ["campaign", "explore", "./model.mjs", "--seeds", "1..2", "--out", "kept.ndjson"],
    ["explore", "./program.mjs"],
    ["race", "--program", "./program.mjs"],
    ["race", "./create.mjs"],
    ["race", "./fenceType.mjs"],
    ["bench", "./experiment.mjs"],
  ])("%s %s %s", FOR_CI, async (...args) => {
    const { code, err } = await outlive(args, { cwd: folder })
    expect(code).toBe(1)
    expect(err).toMatch(TOLD)
  })
})

test("its own code stays", FOR_CI, async () => {
  const { code, err } = await outlive(["explore", "./three.mjs"], { cwd: folder })
  expect(code).toBe(3)
  expect(TOLD.exec(err)?.[1]).toBe("3")
})

test("a command that comes to its end says nothing of that", async () => {
  expect(await outlive(["explore", "./holds.mjs"], { cwd: folder })).toMatchObject({ code: 0, err: "" })
})

test("an empty string that is thrown is an error as any other", FOR_CI, async () => {
  const { code, err } = await outlive(["explore", "./empty.mjs"], { cwd: folder })
  expect(code).toBe(1)
  expect(err).toContain("Error: '' was thrown")
})
