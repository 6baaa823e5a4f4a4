/** Writes results where a person finds them again. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

export const RESULTS_FOLDER = "outlive-results"

/** Writes a result as JSON; returns the file's path. */
export function writeResult(name: string, result: unknown, folder = RESULTS_FOLDER): string {
  mkdirSync(folder, { recursive: true })
  const stamp = new Date().toISOString().replace(/[:.]/g, "-")
  const path = join(folder, `${name}-${stamp}.json`)
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`)
  return resolve(path)
}
