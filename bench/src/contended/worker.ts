/** One thread of a contended run: warms up, waits at the start line, takes its turns for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { dealt, findProgram } from "@outlive/programs"
import { Ledger, engineWith, foreignWord, placeOn } from "@outlive/workers"
import { build } from "hdr-histogram-js"
import { Line } from "./line.js"
import { paceOf } from "./pace.js"
import type { WorkerReport, WorkerTask } from "./workload.js"

const task = workerData as WorkerTask
const { index, state, timeline } = task
const program = await findProgram(task.program)
const part = dealt(program, task.threads)[index]!
const heap = Heap.open(task.heap)
const thread = heap.attach({ name: `contender-${index}` })
const engine = await engineWith(task.foreign, thread, foreignWord(heap))
const place = placeOn({ heap, thread, timeline, index, engine })
const account = new Ledger(0, task.ledger).accountOf(index)
const line = new Line(task.threads, task.line)
const histogram = () =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: 3 })
const latency = histogram()
const batches = histogram()
const { warmUp, batch, keepsTime } = paceOf(program, part)
const turn = part.play(place, state)
line.startTogether()
let sum = 0
for (let i = 0; i < warmUp; i++) sum += turn() ?? 0
// Whoever spins at the line is in nobody's way: some schemes want to be told.
thread.engine.offline(thread.record)
line.startTogether()

const startMs = performance.now()
const until = startMs + task.ms
let operations = 0
let endMs = startMs
// One operation of a batch is timed by itself. The first thread whose time is up ends the run: none works on alone.
while (!line.isOver()) {
  const before = performance.now()
  sum += turn() ?? 0
  const afterOne = performance.now()
  for (let i = 1; i < batch; i++) sum += turn() ?? 0
  endMs = batch === 1 ? afterOne : performance.now()
  operations += batch
  latency.recordValue(toNs(afterOne - before))
  batches.recordValue(toNs((endMs - before) / batch))
  if (keepsTime && endMs >= until) line.end()
}
part.end?.(place, state, warmUp + operations)
account.close(warmUp + operations, sum)
thread.detach()
const at = (p: number) => latency.getValueAtPercentile(p)
const report: WorkerReport = {
  operations,
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
