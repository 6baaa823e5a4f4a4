/** Runs a program of a page, in a folder from which the packages are found. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, expect } from "vitest"
import type { Snippet } from "../../scripts/snippets.mjs"

export const ROOT = fileURLToPath(new URL("../../", import.meta.url))

/** Of the file of tests that runs: one process serves several, each after the other. */
let folder: string | undefined
let programs = 0

function folderOfPrograms(): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), "outlive-page-"))
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"))
  }
  return folder
}

/** That it ends well, and prints what the page says, if the page says anything. */
export async function expectPrinted({ code, prints }: Snippet): Promise<void> {
  const file = join(folderOfPrograms(), `program-${programs++}.mjs`)
  writeFileSync(file, code)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file])
  expect(stderr).toBe("")
  if (prints !== undefined) expect(stdout).toBe(prints)
}

/** To be called once by each file of tests that runs some. */
export function removesItsPrograms(): void {
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    folder = undefined
  })
}
