/**
 * A program: one contended run in a process of its own, and its figures.
 *
 *   node dist/contended/variant.js --workload issue --fence-lock inline --threads 2 --ms 300
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { adoptBuild } from "@outlive/core/engine-js"
import { FENCE_LOCKS, LOCKS, oneOf, wholeFrom } from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { Line } from "./line.js"
import { GUARDED_CELL, SLOTS, WORKLOADS, type WorkerReport, type WorkerTask } from "./workload.js"

const { values } = parseArgs({
  options: {
    workload: { type: "string", default: "issue" },
    "fence-lock": { type: "string", default: "inline" },
    lock: { type: "string", default: "spin" },
    build: { type: "string" },
    threads: { type: "string", default: "2" },
    ms: { type: "string", default: "300" },
  },
})
const workload = oneOf("workload", values.workload, WORKLOADS)
const fenceLock = oneOf("fence-lock", values["fence-lock"], FENCE_LOCKS)
const lock = oneOf("lock", values.lock, LOCKS)
const threads = wholeFrom("threads", Number(values.threads), 1, 64)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
if (workload === "ping-pong" && threads % 2 !== 0) throw new RangeError("Ping-pong needs an even number of threads")

if (values.build !== undefined) {
  const { bytes } = (await import(pathToFileURL(values.build).href)) as { bytes: string }
  adoptBuild("release", bytes)
}
const heap = Heap.create({
  fences: 32_768 * threads,
  callbacks: 1_024,
  threads: threads + 1,
  fenceLock,
  lock,
})
const referee = heap.attach({ name: "referee" })
const module = referee.load(defineModule({ name: "bench", driverName: "bench" }))
const timeline = module.timeline("shared")
const wanted = workload === "ping-pong" ? SLOTS * threads : 0
const fences = Array.from({ length: wanted }, () => referee.engine.createFence(referee.record, timeline.address))
const addresses = new SharedArrayBuffer(4 * fences.length)
new Int32Array(addresses).set(fences)

const line = new Line(threads)
const reports = await Promise.all(Array.from({ length: threads }, (_, index) => runThread(index)))
checkLock()
checkAccounts()

const start = Math.min(...reports.map((r) => r.startMs))
const end = Math.max(...reports.map((r) => r.endMs))
// Both players of a pair count its round trips.
const operations = reports.map((r) => (workload === "ping-pong" ? r.operations / 2 : r.operations))
const worst = (p: keyof WorkerReport["latencyNs"]) => Math.max(...reports.map((r) => r.latencyNs[p]))
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  threads,
  overlap: reports.reduce((sum, r) => sum + (r.endMs - r.startMs), 0) / (end - start),
  figures: {
    perSecond: operations.reduce((a, b) => a + b, 0) / ((end - start) / 1_000),
    fairness: Math.min(...operations) / Math.max(...operations),
    batchNs: Math.max(...reports.map((r) => r.batchNs)),
    p50: worst("p50"),
    p99: worst("p99"),
    p999: worst("p999"),
    max: worst("max"),
    elapsedMs: end - start,
  },
}
process.stdout.write(`${JSON.stringify(report)}\n`)

function runThread(index: number): Promise<WorkerReport> {
  const shared = { heap: heap.share(), line: line.buffer, fences: addresses }
  const workerData: WorkerTask = { ...shared, threads, index, workload, ms }
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", () => reject(new Error(`Contender ${index} ended without a report`)))
  })
}

/** A lock that loses an addition is no lock: its figures would mean nothing. */
function checkLock(): void {
  if (workload !== "lock") return
  const counted = heap.words[heap.cell(GUARDED_CELL) >> 2]!
  const expected = reports.reduce((sum, r) => sum + r.operations + r.warmedUp, 0) | 0
  if (counted !== expected) throw new Error(`The lock let ${expected - counted} of ${expected} additions get lost`)
}

/** A run that loses fences has not done its work. */
function checkAccounts(): void {
  for (const fence of fences) {
    referee.engine.signal(referee.record, fence)
    referee.engine.dropRef(referee.record, fence)
  }
  timeline.close()
  module.unload()
  referee.barrier()
  const accounts = heap.accounts()
  if (!accounts.balanced || accounts.fences.inUse > 0)
    throw new Error(`The accounts do not balance: ${JSON.stringify(accounts)}`)
}
