#!/usr/bin/env node
/**
 * What shards cost on their way through Redis: shards that take no time, one in a hundred with a finding, are handed out, played by
 * workers in processes of their own, and written down. For each tenth of them: shards a second, and what the process that hands out and
 * Redis have in memory; in the end what each process took of a core. A Redis of its own, that keeps nothing on disk. After a build.
 *
 *   node scripts/measure-queue.mjs --shards 100000 --workers 1 --jobs 2
 */
import { fork } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Journal, headerOf, serveShards, shardsLeft } from "@outlive/campaign"
import { RedisQueue, queueAddress, serveQueue } from "@outlive/campaign/redis"
import { startRedis } from "./own-redis.mjs"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const SELF = fileURLToPath(import.meta.url)
const BUILD = "0.0.0+0"
const FAILED_IN = 100
const TENTHS = 10
const { values, positionals } = parseArgs({
  options: {
    shards: { type: "string", default: "100000" },
    workers: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
  },
  allowPositionals: true,
})

function whole(name) {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new RangeError(`Option --${name} is "${values[name]}": a whole number from 1 is needed`)
}

/** A seed that takes no time. */
function player() {
  const repeat = (seed) => `outlive race --seed=${seed} --operations=1000`
  const failure = (seed) => ({
    size: seed,
    repeat: repeat(seed),
    text: `Claim ${"abcdefghij"[seed % 10]} did not hold: ${seed}`,
  })
  const play = async (seed) => ({ operations: 1_000, failures: seed % FAILED_IN === 0 ? [failure(seed)] : [] })
  serveShards(async () => ({ repeat, play }))
}

async function worker(address) {
  const start = () => fork(SELF, ["player"], { stdio: ["ignore", "ignore", "pipe", "ipc"] })
  await serveQueue(
    { address: queueAddress(address), build: BUILD, size: () => whole("jobs"), start },
    new AbortController().signal,
  )
}

async function coordinator() {
  const shards = whole("shards")
  const options = { scenario: "fences", operations: "1000" }
  const header = headerOf({ kind: "race", options, files: {}, seeds: [1, shards], perShard: 1 }, BUILD)
  const folder = mkdtempSync(join(tmpdir(), "outlive-measure-"))
  const redis = await startRedis()
  const workers = Array.from({ length: whole("workers") }, () =>
    fork(SELF, ["worker", redis.address, "--jobs", values.jobs], { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  )
  try {
    const journal = await Journal.open(join(folder, "journal.ndjson"), header)
    const rows = []
    let settled = 0
    let since = 0
    const settle = (line) => {
      if (settled === 0) since = performance.now()
      journal.settle(line)
      if (++settled % Math.ceil(shards / TENTHS) !== 0) return
      const now = performance.now()
      rows.push({
        settled,
        perSecond: shards / TENTHS / ((now - since) / 1_000),
        megabytes: process.memoryUsage().rss / 1e6,
      })
      since = now
      void redis
        .ask("INFO", "memory")
        .catch(() => [])
        .then((lines) => {
          const bytes = lines.map((text) => /^used_memory:(\d+)/.exec(text)?.[1]).find(Boolean)
          Object.assign(rows.at(-1), { redis: Number(bytes) / 1e6 })
        })
    }
    const before = process.cpuUsage()
    const queue = new RedisQueue({ address: queueAddress(redis.address) })
    await queue.run(header, shardsLeft(journal.tally), { settle }, new AbortController().signal)
    const { user, system } = process.cpuUsage(before)
    const costs = [
      ["hands out", (user + system) / 1e6],
      ["Redis", secondsOf(redis.pid)],
      ...workers.map(({ pid }, i) => [`worker ${i + 1}`, secondsOf(pid)]),
    ]
    const { passed, shards: counts, repeated } = journal.tally.result()
    if (counts.missing + counts.poisoned > 0 || passed)
      throw new Error(`Not what was handed out: ${JSON.stringify(counts)}`)
    console.log(`${shards} shards, ${whole("workers")} workers of ${whole("jobs")} processes; ${repeated} played twice`)
    for (const { settled: n, perSecond, megabytes, redis: inRedis } of rows)
      console.log(
        `${String(n).padStart(9)}  ${perSecond.toFixed(0).padStart(6)} a second  hands out: ${megabytes.toFixed(0)} MB  Redis: ${inRedis?.toFixed(1) ?? "?"} MB`,
      )
    for (const [who, seconds] of costs)
      console.log(`${who.padEnd(10)} ${((1e6 * seconds) / shards).toFixed(0).padStart(5)} µs of a core a shard`)
  } finally {
    for (const child of workers) child.kill("SIGKILL")
    await redis.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a process took of the cores, by Linux's account: in ticks of a hundredth of a second. */
function secondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const [role, address] = positionals
if (role === "player") player()
else if (role === "worker") await worker(address)
else await coordinator()
