/**
 * A program: one fence after the other is signaled, and those who wait say when they knew.
 *
 *   node dist/wake/variant.js --way parked --waiters 10 --ms 300
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { oneOf, wholeFrom } from "@outlive/workers"
import { calibrate, clockCost, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { merged } from "../contended/buckets.js"
import { ownCpuMs } from "../load.js"
import { progressTeller } from "../progress-line.js"
import { median } from "../statistics.js"
import { DONE, READY, WAYS, WORDS, type WaiterReport, type WaiterTask, sinceNs } from "./task.js"
import { threadsFor } from "./threads.js"

const { values } = parseArgs({
  options: {
    way: { type: "string", default: "parked" },
    waiters: { type: "string", default: "1" },
    ms: { type: "string", default: "300" },
  },
})
const way = oneOf("way", values.way, WAYS)
const waiters = wholeFrom("waiters", Number(values.waiters), 1, 100_000)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
/** After all have said that they wait: a waiter spins for 50 µs, one after the other where there are more than processors, then parks; nobody is told too soon. */
const PARKED_MS = Math.max(2, (2 * 0.05 * waiters) / availableParallelism())
const SETTLE_MS = { spinning: 0.05, parked: PARKED_MS, asynchronous: 0.5 }[way]
const WARM_UP = 20
const MOST_TURNS = 2_000
const turns = WARM_UP + Math.max(20, Math.min(MOST_TURNS, Math.round(ms / (SETTLE_MS + 0.1 + waiters / 500))))

const threads = threadsFor(way, waiters)
const heap = Heap.create({ fences: 2 * turns + 256, callbacks: 2 * waiters + 1_024, threads: threads + 1 })
const thread = heap.attach({ name: "signaler" })
const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("wake")
const fences = Array.from({ length: turns }, () => timeline.fence())
const since = process.hrtime.bigint()
const words = new Int32Array(new SharedArrayBuffer(4 * WORDS))
const signaledAt = new Float64Array(new SharedArrayBuffer(8))
const nowhere = new Int32Array(new SharedArrayBuffer(4))
warmUpCalibration()
const before = calibrate()
const tell = progressTeller()

const shared = {
  heap: heap.share(),
  way,
  warmUp: WARM_UP,
  fences: fences.map((fence) => fence.share()),
  words: words.buffer as SharedArrayBuffer,
  signaledAt: signaledAt.buffer as SharedArrayBuffer,
  since,
}
const reported = Array.from({ length: threads }, (_, i) => waiter({ ...shared, waiters: share(i) }))
// Started threads load their code while this one sleeps.
const signalNs: number[] = []
for (const [turn, fence] of fences.entries()) {
  until(READY, (turn + 1) * waiters)
  settle()
  const start = sinceNs(since)
  // PLAIN: published by the signal.
  signaledAt[0] = start
  fence.signal()
  signalNs.push(sinceNs(since) - start)
  until(DONE, (turn + 1) * waiters)
}
const reports = await Promise.all(reported)
const last = fences.map((_, turn) => Math.max(...reports.map(({ latest }) => latest[turn]!))).slice(WARM_UP)
const worst = (p: "p50" | "p99" | "p999" | "max") => Math.max(...reports.map((report) => report[p]))
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  overlap: 1,
  threads: 1,
  calibrationNs: Math.max(before, calibrate()),
  figures: {
    p50: worst("p50"),
    p99: worst("p99"),
    p999: worst("p999"),
    max: worst("max"),
    last: median(last),
    signalNs: median(signalNs.slice(WARM_UP)),
    slept: reports.reduce((sum, { parks }) => sum + parks, 0) / (turns * threads),
    samples: (turns - WARM_UP) * waiters,
    clockNs: clockCost(() => sinceNs(since)),
  },
  histogram: merged(reports.map(({ histogram }) => histogram)),
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())

/** How many of the waiters are of the i-th thread. */
function share(i: number): number {
  return Math.floor(waiters / threads) + (i < waiters % threads ? 1 : 0)
}

function waiter(workerData: WaiterTask): Promise<WaiterReport> {
  const worker = new Worker(new URL("./waiter.js", import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", () => reject(new Error("A waiter ended without a report")))
  })
}

function until(what: number, wanted: number): void {
  for (let seen = Atomics.load(words, what); seen < wanted; seen = Atomics.load(words, what)) {
    Atomics.wait(words, what, seen, 100)
    // Many threads take longer to start than a silent process is waited for.
    tell(seen, what === READY ? "waits have begun" : "waiters were told")
  }
}

/** Asleep, if it is for long: whoever spins may need this processor to get anywhere. */
function settle(): void {
  if (SETTLE_MS >= 1) return void Atomics.wait(nowhere, 0, 0, SETTLE_MS)
  const end = performance.now() + SETTLE_MS
  while (performance.now() < end);
}
