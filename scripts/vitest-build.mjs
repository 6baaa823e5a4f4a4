/**
 * Builds before the tests run, so that bare `vitest` tests what is written now.
 *
 * A type error is told, but does not keep the tests from running (as in any vitest project): `tsc` has emitted
 * nevertheless. `npm test` and the type check do fail on it. An engine that does not compile ends the run.
 */
import { spawnSync } from "node:child_process"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { bundlePackages } from "./bundle-packages.mjs"

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const PROJECTS = ["packages/core", "packages/programs", "packages/workers", "packages/explore", "bench", "packages/cli"]

export async function setup() {
  // A long proof starts many runs, and builds once, before the first.
  if (process.env.OUTLIVE_BUILT !== undefined) return
  const engine = run(process.execPath, "scripts/build-engine.mjs")
  if (engine !== 0) throw new Error(`The engine does not compile: scripts/build-engine.mjs ended with ${engine}`)
  const types = run("node_modules/.bin/tsc", "-b", ...PROJECTS)
  if (types > 2) throw new Error(`The packages do not compile: tsc ended with ${types}`)
  await bundlePackages()
  if (types !== 0) console.error("There are type errors; the tests run all the same.\n")
}

/** Exit code of a program that shares our output. */
function run(command, ...parameters) {
  const { status, error } = spawnSync(command, parameters, { cwd: ROOT, stdio: "inherit" })
  if (error) throw error
  return status ?? 3
}
