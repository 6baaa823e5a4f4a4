#!/usr/bin/env node
/**
 * The long proofs, part by part, each test told as it ends: every order of the largest models, every lock, scheme and twin, and as many
 * deaths, programs and races as there are. At the end: how long each part took, and all of it.
 *
 *   npm run prove                       all parts
 *   npm run prove -- test/strategies    some
 */
import { spawnSync } from "node:child_process"
import { dirname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const VITEST = resolve(ROOT, "node_modules/vitest/vitest.mjs")
/** The short ones first. */
export const PARTS = [
  "test/bench",
  "test/browser",
  "test/bundles",
  "test/report",
  "test/docs",
  "test/fuzz",
  "test/campaign",
  "test/death",
  "test/drivers",
  "test/explore",
  "test/kernel",
  "test/models",
  "test/programs",
  "test/faults",
  "test/host",
  "test/race",
  "test/strategies",
]

function prove(name) {
  const start = performance.now()
  process.stdout.write(`\n=== ${name}\n`)
  const { status, error } = spawnSync(process.execPath, [VITEST, "run", "--reporter=verbose", name], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, OUTLIVE_PROVE: "1" },
  })
  if (error) throw error
  return { name, ok: status === 0, ms: performance.now() - start }
}

function lasting(took) {
  const seconds = Math.round(took / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`
}

function main() {
  const asked = process.argv.slice(2)
  const parts = asked.length > 0 ? asked : PARTS
  const ended = parts.map(prove)
  const whole = ended.reduce((sum, { ms }) => sum + ms, 0)
  process.stdout.write("\n")
  for (const part of ended)
    process.stdout.write(`${part.ok ? "ok    " : "FAILED"}  ${lasting(part.ms).padStart(12)}  ${part.name}\n`)
  process.stdout.write(
    `\nProved in ${lasting(whole)}: ${ended.filter(({ ok }) => ok).length} of ${parts.length} parts hold\n`,
  )
  process.exitCode = ended.every(({ ok }) => ok) ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main()
