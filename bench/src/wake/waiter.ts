/** A thread that waits: itself, or by as many promises as it was given. */
import { parentPort, workerData } from "node:worker_threads"
import { type Fence, Heap } from "@outlive/core"
import { type JsHistogram, build } from "hdr-histogram-js"
import { bucketsOf } from "../contended/buckets.js"
import { Sleeps } from "../contended/sleeps.js"
import { DONE, READY, type WaiterReport, type WaiterTask, sinceNs } from "./task.js"

const task = workerData as WaiterTask
const { way, waiters, since } = task
const sleeps = new Sleeps()
const thread = Heap.open(task.heap).attach({ name: "waiter" })
const fences = task.fences.map((token) => thread.open(token))
const words = new Int32Array(task.words)
const signaledAt = new Float64Array(task.signaledAt)
const histogram = build({ highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: 3 }) as JsHistogram
const latest: number[] = []

for (const [turn, fence] of fences.entries()) {
  let last = 0
  const told = () => {
    // PLAIN: written before the signal that we have just seen.
    const ns = Math.max(1, sinceNs(since) - signaledAt[0]!)
    if (turn >= task.warmUp) histogram.recordValue(ns)
    last = Math.max(last, ns)
  }
  if (way === "asynchronous") {
    const all = Array.from({ length: waiters }, () => fence.wait().then(told))
    announce(READY, waiters)
    await Promise.all(all)
  } else {
    announce(READY, 1)
    if (way === "parked") fence.waitSync()
    else spinUntil(fence)
    told()
  }
  latest.push(last)
  announce(DONE, waiters)
}
const at = (p: number) => histogram.getValueAtPercentile(p)
const report: WaiterReport = {
  p50: at(50),
  p99: at(99),
  p999: at(99.9),
  max: histogram.maxValue,
  histogram: bucketsOf(histogram),
  latest,
  parks: sleeps.soFar().parks,
}
for (const fence of fences) fence.drop()
thread.detach()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)

function spinUntil(fence: Fence): void {
  while (!fence.hasSignaled());
}

function announce(what: number, count: number): void {
  Atomics.add(words, what, count)
  Atomics.notify(words, what)
}
