/** Whoever explores asynchronous threads hears of what goes wrong in their own code, as if nobody had turned the event loop. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { expect, test } from "vitest"

const EXPLORER = fileURLToPath(new URL("../../../packages/explore/built/package/", import.meta.url))
const PROGRAM = fileURLToPath(new URL("programs/unheard.mjs", import.meta.url))

function run(script: string, explorer = EXPLORER) {
  const url = pathToFileURL(join(explorer, "index.js")).href
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, url, script], {
    encoding: "utf8",
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

test.each([
  ["throws", "Error: it was: assertion"],
  ["refused", "RangeError: Cannot explore a memory of 3 bytes"],
  ["synchronous", "Error: it was: pass"],
  ["linearizable", "Error: it was: pass"],
])("%s: the process ends with code 1 and says why", (script, message) => {
  const { status, stderr } = run(script)
  expect(stderr).toContain(message)
  expect(status).toBe(1)
})

test("a handler of one's own is called", () => {
  expect(run("listens")).toMatchObject({ status: 3, stdout: "heard: it was: assertion\n" })
})

test("what is rejected meanwhile is heard afterwards, and who listened once did so once", () => {
  expect(run("progress")).toMatchObject({ status: 0, stdout: "pass, heard: told of progress, 0\n" })
})

test("negative control: who goes on before the loop is given back is not heard", () => {
  const folder = mkdtempSync(join(tmpdir(), "outlive-"))
  try {
    cpSync(EXPLORER, folder, { recursive: true })
    let changed = 0
    for (const file of readdirSync(folder).filter((name) => /^shared-.*\.js$/.test(name))) {
      const text = readFileSync(join(folder, file), "utf8")
      const twin = text.replace("settle = () => resolve(value);", "resolve(value);\n settle = () => {};")
      if (twin !== text) changed++
      writeFileSync(join(folder, file), twin)
    }
    expect(changed).toBe(1)
    expect(run("throws", folder)).toMatchObject({ status: 0, stderr: "" })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
