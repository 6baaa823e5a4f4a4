/** Programs as a bundler for browsers makes them, each once. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Bundle, bundle } from "../../scripts/bundle-sizes.mjs"

const made = new Map<string, Promise<Bundle>>()

export function bundled(program: string): Promise<Bundle> {
  const known = made.get(program) ?? bundle(program)
  made.set(program, known)
  return known
}

/** The files of which something is in a program's bundle. */
export async function filesIn(program: string): Promise<string[]> {
  return Object.keys((await bundled(program)).files)
}

/** Bundles these programs side by side, and runs the first in Node. @returns what it prints, line by line */
export async function run(programs: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "outlive-bundle-"))
  try {
    for (const [name, code] of Object.entries(programs)) writeFileSync(join(folder, name), (await bundled(code)).code)
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, Object.keys(programs)[0]!)])
    return stdout.trim().split("\n")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
