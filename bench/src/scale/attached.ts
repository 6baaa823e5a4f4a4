/** A thread that attaches, and stays until it is told to go. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap, type SharedHeap } from "@outlive/core"

const thread = Heap.open(workerData as SharedHeap).attach({ name: "attached" })
parentPort!.once("message", () => {
  thread.detach()
  parentPort!.close()
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage("attached")
