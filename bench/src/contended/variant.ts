/** A program: one contended run in a process of its own, and its figures. */
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { watchLoad } from "../load.js"
import { Line } from "./line.js"
import { GUARDED_CELL, type WorkerReport, type WorkerTask, type Workload } from "./workload.js"

const { values } = parseArgs({
  options: {
    workload: { type: "string", default: "issue" },
    "fence-lock": { type: "string", default: "inline" },
    lock: { type: "string", default: "spin" },
    threads: { type: "string", default: "2" },
    ms: { type: "string", default: "300" },
  },
})
const workload = values.workload as Workload
const threads = Number(values.threads)
const ROUND_TRIPS = 65_536

const heap = Heap.create({
  fences: workload === "ping-pong" ? 2 * ROUND_TRIPS : 65_536,
  callbacks: 1_024,
  threads: threads + 1,
  fenceLock: values["fence-lock"] as "inline" | "external",
  lock: values.lock as "spin" | "mutex",
})
const referee = heap.attach({ name: "referee" })
const module = referee.load(defineModule({ name: "bench", driverName: "bench" }))
const timeline = module.timeline("shared")
const fences = workload === "ping-pong" ? Array.from({ length: 2 * ROUND_TRIPS }, () => referee.createFence(timeline.address)) : []
const addresses = new SharedArrayBuffer(4 * fences.length)
new Int32Array(addresses).set(fences)
const line = new Line(threads)
const foreign = watchLoad()
const reports = await Promise.all(
  Array.from({ length: threads }, (_, index) => {
    const workerData: WorkerTask = { heap: heap.share(), line: line.buffer, threads, index, workload, ms: Number(values.ms), fences: addresses }
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData })
    return new Promise<WorkerReport>((resolve, reject) => {
      worker.once("message", resolve)
      worker.once("error", reject)
    })
  }),
)
const foreignShare = foreign()
checkLock()
for (const fence of fences) {
  referee.engine.signal(referee.record, fence)
  referee.engine.dropRef(referee.record, fence)
}
timeline.close()
module.unload()
referee.barrier()
const accounts = heap.accounts()
if (!accounts.balanced || accounts.fences.inUse > 0) throw new Error(`The accounts do not balance: ${JSON.stringify(accounts)}`)

const start = Math.min(...reports.map((r) => r.startMs))
const end = Math.max(...reports.map((r) => r.endMs))
const operations = reports.map((r) => (workload === "ping-pong" ? r.operations / threads : r.operations))
const total = operations.reduce((a, b) => a + b, 0)
const worst = (p: "p50" | "p99" | "p999" | "max") => Math.max(...reports.map((r) => r.latencyNs[p]))
const figures = {
  perSecond: total / ((end - start) / 1_000),
  fairness: Math.min(...operations) / Math.max(...operations),
  p50: worst("p50"), p99: worst("p99"), p999: worst("p999"), max: worst("max"),
}
const overlap = reports.reduce((sum, r) => sum + (r.endMs - r.startMs), 0) / (end - start) / threads
process.stdout.write(`${JSON.stringify({ foreign: foreignShare, overlap, figures })}\n`)

/** A lock that loses an addition is no lock: its figures would mean nothing. */
function checkLock(): void {
  if (workload !== "lock") return
  const counted = heap.words[heap.cell(GUARDED_CELL) >> 2]!
  const expected = reports.reduce((sum, r) => sum + r.operations, 0) | 0
  if (counted !== expected) throw new Error(`The lock let ${expected - counted} of ${expected} additions get lost`)
}
