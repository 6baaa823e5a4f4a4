/** A process that measures says what it is at, and goes on for as long as it does; what it says otherwise is why it failed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, expect, test } from "vitest"
import { runProgram } from "../../bench/dist/child.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-child-"))
afterAll(() => rmSync(folder, { recursive: true }))

function program(text: string): URL {
  const file = join(folder, "program.mjs")
  writeFileSync(file, text)
  return pathToFileURL(file)
}

test("what it says meanwhile comes through, and its report", async () => {
  const report = { cpuMs: 1, overlap: 1, threads: 1, figures: { ns: 5 } }
  const told: string[] = []
  const output = await runProgram(
    program(
      `console.error("progress: 1 of 2")\nconsole.error("progress: 2 of 2")\nconsole.log('${JSON.stringify(report)}')`,
    ),
    [],
    undefined,
    { onProgress: (text) => told.push(text) },
  )
  expect(told).toEqual(["1 of 2", "2 of 2"])
  expect(output).toMatchObject({ figures: { ns: 5 } })
})

test("it is not told as why it failed", async () => {
  const failing = runProgram(
    program(`console.error("progress: 1 of 2")\nconsole.error("no such thing")\nprocess.exit(1)`),
    [],
  )
  await expect(failing).rejects.toThrow(/failed: no such thing\n$/)
})
