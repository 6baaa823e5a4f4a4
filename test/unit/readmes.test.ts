/** The programs in the packages' READMEs run, and print what the page says. From the tarballs: `npm run packages`. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"
import { published } from "../../scripts/packages/pack.mjs"
import { commandsIn, snippetsIn } from "../../scripts/snippets.mjs"
import { PROVES } from "../prove.js"

const ROOT = fileURLToPath(new URL("../../", import.meta.url))
/** Races of seconds; what they show is raced in `test/race` and `test/drivers`. */
const LONG = new Set(["@outlive/workers", "@outlive/drivers"])

const folder = mkdtempSync(join(tmpdir(), "outlive-readme-"))
beforeAll(() => symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules")))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const READMES = published().map((one) => ({ ...one, text: readFileSync(join(ROOT, one.folder, "README.md"), "utf8") }))

test.each(READMES)("$name: has a program, or a command, and says how it is installed", ({ name, text }) => {
  expect(snippetsIn(text).length + commandsIn(text).filter((line) => line.startsWith("npx outlive ")).length).not.toBe(
    0,
  )
  expect(commandsIn(text).some((line) => /^np[mx] /.test(line) && line.includes(name))).toBe(true)
})

test.each(READMES.filter(({ name }) => PROVES || !LONG.has(name)))("$name: its programs", async ({ text }) => {
  for (const [i, { code, prints }] of snippetsIn(text).entries()) {
    const file = join(folder, `${i}.mjs`)
    writeFileSync(file, code)
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file])
    expect(stderr).toBe("")
    expect(prints, "a text block below the program says what it prints").toBeDefined()
    expect(stdout).toBe(prints)
  }
})
