/** One thread of a contended run: warms up, waits at the start line, works for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { build } from "hdr-histogram-js"
import { Line } from "./line.js"
import type { WorkerReport, WorkerTask } from "./workload.js"
import { makeWork } from "./works.js"

const task = workerData as WorkerTask
const thread = Heap.open(task.heap).attach({ name: `contender-${task.index}` })
const line = new Line(task.threads, task.line)
const histogram = () =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: 3 })
const latency = histogram()
const batches = histogram()
const work = makeWork(task, thread, line)
line.startTogether()
for (let i = 0; i < work.warmUp; i++) work.once()
line.startTogether()

const startMs = performance.now()
const until = startMs + task.ms
let operations = 0
let endMs = startMs
// One operation of a batch is timed by itself. The first thread whose time is up ends the run: none works on alone.
while (!line.isOver()) {
  const before = performance.now()
  work.once()
  const afterOne = performance.now()
  for (let i = 1; i < work.batch; i++) work.once()
  endMs = work.batch === 1 ? afterOne : performance.now()
  operations += work.batch
  latency.recordValue(toNs(afterOne - before))
  batches.recordValue(toNs((endMs - before) / work.batch))
  if (work.keepsTime && endMs >= until) line.end()
}
work.close()
thread.detach()
const at = (p: number) => latency.getValueAtPercentile(p)
const report: WorkerReport = {
  operations,
  warmedUp: work.warmUp,
  startMs: performance.timeOrigin + startMs,
  endMs: performance.timeOrigin + endMs,
  latencyNs: { p50: at(50), p99: at(99), p999: at(99.9), max: latency.maxValue },
  batchNs: batches.getValueAtPercentile(50),
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)

function toNs(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6))
}
