// Sleeps until one fence is complete, and says how that ended.
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"

const thread = Heap.open(workerData.heap).attach({ name: "waiter" })
const fence = thread.open(workerData.fence)
parentPort.postMessage("opened")
const outcome = fence.waitSync({ timeoutMs: 60_000 })
fence.drop()
thread.detach()
parentPort.postMessage(outcome)
