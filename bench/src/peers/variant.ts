/**
 * A program: everything that is measured of one mutex, in a process of its own; prints nanoseconds for each.
 *
 *   node dist/peers/variant.js --peer "@outlive/sync" --ms 100
 */
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { oneOf } from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"
import { type Peer, peerIn, share } from "./mutexes.js"
import { PEERS } from "./operations.js"
import { type Part, countIn, play } from "./parts.js"

const { values } = parseArgs({
  options: { peer: { type: "string", default: PEERS[0] }, ms: { type: "string", default: "60" } },
})
const name = oneOf("peer", values.peer, PEERS)
const ms = Number(values.ms)
const LEAST_SAMPLES = 15
const PASS = 1_000
const nothing = () => {}

// A lock of the platform that is waited for keeps no process alive.
setInterval(() => {}, 1_000)
const { shared } = share()
const peer: Peer = peerIn(name, shared)

async function sampled(pass: () => void | Promise<void>): Promise<number> {
  const samples: number[] = []
  for (const until = performance.now() + ms; performance.now() < until;) await pass()
  for (const end = performance.now() + ms; samples.length < LEAST_SAMPLES || performance.now() < end;) {
    const start = performance.now()
    await pass()
    samples.push((1e6 * (performance.now() - start)) / PASS)
  }
  return median(samples)
}

/** With another thread: nanoseconds for each time that one of both was inside; or for a round trip. */
async function together(part: Part, times: number): Promise<number> {
  const before = countIn(shared.words)
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { name, shared, part, times } })
  const next = () => new Promise((resolve) => worker.once("message", resolve))
  await next()
  const over = next()
  const start = performance.now()
  await play(peer, part, times, 0, shared.words)
  await over
  const elapsed = performance.now() - start
  await worker.terminate()
  if (part === "contended" && countIn(shared.words) - before !== 2 * times)
    throw new Error(`Cannot measure ${name}: two were inside at once`)
  return (1e6 * elapsed) / (part === "contended" ? 2 * times : times)
}

const figures: Record<string, number> = {}
const { turnSync, turn, pass } = peer
if (turnSync)
  figures["alone"] = await sampled(() => {
    for (let i = 0; i < PASS; i++) turnSync(nothing)
  })
if (turn)
  figures["promise"] = await sampled(async () => {
    for (let i = 0; i < PASS; i++) await turn(nothing)
  })
figures["contended"] = await together("contended", turnSync ? 2_000 * ms : 20 * ms)
if (pass) figures["wake"] = await together("wake", 50 * ms)
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, figures }
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
