// Awaits one fence, which a thread signals after a while; prints which timers are left that would keep the process alive.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "gpu" })
if (isMainThread) {
  const heap = Heap.create({ engine: process.argv[2], fences: 16, threads: 2 })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const fence = thread.load(gpu).timeline("t").fence()
  const worker = new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), fence: fence.share() } })
  worker.unref()
  console.log(await fence.wait())
  console.log(process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length)
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker" })
  const fence = thread.open(workerData.fence)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  fence.signal()
  fence.drop()
  thread.detach()
}
