// One of several threads that wait for every so-manieth point; the counter must have come exactly so far.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, SoftTimeline } from "@outlive/core"

const { role, threads, rounds, produce } = workerData
const heap = Heap.open(workerData.heap)
const thread = heap.attach({ name: `consumer ${role}` })
const timeline = SoftTimeline.open(thread, workerData.timeline)
const [counter, gone] = [heap.cell(0), heap.cell(1)]
let wrong = 0
for (let i = 0; i < rounds; i++) {
  // When everybody produces, a point is waited for one earlier: its counting up is ours.
  const seqno = i * threads + role + (produce ? 0 : 1)
  const point = timeline.point(seqno)
  if (point.waitSync({ timeoutMs: 20_000 }) !== "signaled") wrong++
  point.drop()
  if (produce) {
    if (thread.engine.addToCell(counter, 1) !== seqno) wrong++
    timeline.increment()
  } else {
    if (thread.engine.readCell(counter) !== seqno) wrong++
    thread.engine.addToCell(gone, 1)
  }
}
timeline.drop()
thread.detach()
parentPort.postMessage({ wrong })
