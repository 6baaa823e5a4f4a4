// Is alive, and taken for dead by who made it: says how what it waits for ends, and its leaving.
import { Heap } from "@outlive/core"
import { Mutex } from "@outlive/sync"
import { parentPort, workerData } from "node:worker_threads"

const { build, shared, how } = workerData
const thread = Heap.open(shared.heap).attach({ name: "evictee" })
const mutex = Mutex.open(thread, shared.mutex)
const fence = thread.open(shared.fence)
const WAYS = {
  "sleeping for a mutex": () => void mutex.lockSync(),
  "waiting for a mutex": () => mutex.lock(),
  "waiting for a fence": () => fence.wait(),
  leaving: async () => {
    await new Promise((resolve) => parentPort.once("message", resolve))
    thread.detach()
  },
}
parentPort.postMessage(build)
try {
  await WAYS[how]()
  parentPort.postMessage("no error")
} catch (error) {
  parentPort.postMessage(error.code)
}
parentPort.close()
