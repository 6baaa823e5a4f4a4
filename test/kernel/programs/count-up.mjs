// Counts a timeline up that it was sent, after a while.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, SoftTimeline } from "@outlive/core"

const thread = Heap.open(workerData.heap).attach({ name: "counting" })
const timeline = SoftTimeline.open(thread, workerData.timeline)
setTimeout(() => {
  timeline.increment()
  timeline.drop()
  thread.detach()
  parentPort.postMessage("counted")
}, workerData.afterMs)
