#!/usr/bin/env node
/**
 * What a campaign costs beside its seeds: shards that take no time are settled in a journal, then its lines, dealt to a hundred files,
 * are merged. Time for each shard, bytes of each result, and the most memory that the process had. After a build.
 *
 *   node scripts/measure-campaign.mjs --shards 100000
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Journal, headerOf, mergeFiles, shardsLeft } from "@outlive/campaign"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const { values } = parseArgs({ options: { shards: { type: "string", default: "100000" } } })
const shards = Number(values.shards)
if (!Number.isSafeInteger(shards) || shards < 1)
  throw new RangeError(`Option --shards is "${values.shards}": a number is needed`)

const PER_SHARD = 1_000
/** One shard in so many has found something. */
const FAILED_IN = 100
const FILES = 100

const options = { scenario: "fences", operations: "1000" }
const header = headerOf(
  { kind: "race", options, files: {}, seeds: [1, PER_SHARD * shards], perShard: PER_SHARD },
  "0.0.0+0",
)
const { campaign, build } = header

function played(shard) {
  const seed = 1 + PER_SHARD * shard
  const isFound = shard % FAILED_IN === 0
  const text = `Claim ${"abcdefghij"[shard % 10]}${"klmno"[((shard / FAILED_IN) % 5) | 0]} did not hold: ${shard}`
  const shortest = { seed, size: shard, repeat: `outlive race --seed=${seed} --operations=1000`, text }
  const findings = isFound ? [{ cause: text.replace(/\d+/, "#"), seeds: 1, shortest }] : []
  return {
    campaign,
    build,
    shard,
    seeds: PER_SHARD,
    failed: findings.length,
    operations: 1_000_000,
    ms: 5_000,
    findings,
  }
}

const folder = mkdtempSync(join(tmpdir(), "outlive-measure-"))
const figures = []
async function measured(what, work) {
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  const megabytes = process.resourceUsage().maxRSS / 1_024
  figures.push(
    `${what.padEnd(34)} ${((1_000 * ms) / shards).toFixed(1).padStart(8)} µs a shard  ${(ms / 1_000).toFixed(2).padStart(7)} s   at most ${megabytes.toFixed(0)} MB`,
  )
}

try {
  await measured("loaded", async () => {})
  const path = join(folder, "journal.ndjson")
  const journal = await Journal.open(path, header)
  await measured("settled, counted and written down", async () => {
    for (const shard of shardsLeft(journal.tally)) journal.settle(played(shard))
  })
  journal.close()
  await measured("read again (--resume)", async () => (await Journal.open(path, header, { resume: true })).close())
  const files = Array.from({ length: FILES }, (_, i) => join(folder, `${i}.ndjson`))
  for (const [i, file] of files.entries()) {
    const lines = [JSON.stringify(header)]
    for (let shard = i; shard < shards; shard += FILES) lines.push(JSON.stringify(played(shard)))
    writeFileSync(file, `${lines.join("\n")}\n`)
  }
  let result
  await measured(`merged, from ${FILES} files`, async () => (result = (await mergeFiles(files)).result()))
  if (result.shards.missing !== 0) throw new Error(`${result.shards.missing} shards are missing`)
  console.log(
    `${shards} shards, ${(statSync(path).size / shards).toFixed(0)} bytes of results a shard, ${result.findings.length} causes`,
  )
  for (const line of figures) console.log(line)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
