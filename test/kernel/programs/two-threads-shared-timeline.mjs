// Two threads take turns on one timeline: each waits for its point, adds one to a counter, and counts the timeline up.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, SoftTimeline } from "@outlive/core"

const { role, rounds } = workerData
const heap = Heap.open(workerData.heap)
const thread = heap.attach({ name: `thread ${role}` })
const timeline = SoftTimeline.open(thread, workerData.timeline)
let wrong = 0
for (let i = 0; i < rounds; i++) {
  const point = timeline.point(i * 2 + role)
  if (point.waitSync({ timeoutMs: 10_000 }) !== "signaled") wrong++
  point.drop()
  // Strict alternation: whose turn it is says the counter.
  if (thread.engine.addToCell(heap.cell(0), 1) % 2 !== role) wrong++
  timeline.increment()
}
timeline.drop()
thread.detach()
parentPort.postMessage({ wrong })
