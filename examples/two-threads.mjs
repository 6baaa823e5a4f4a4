// One thread issues a fence and waits for it; another does the work and signals.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })

if (isMainThread) {
  const heap = Heap.create({ fences: 1_024, threads: 4 })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const render = thread.load(gpu).timeline("render")
  const fence = render.fence()
  console.log(fence.describe())
  const worker = new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), fence: fence.share() } })
  console.log(await fence.wait({ timeoutMs: 60_000 }))
  fence.drop()
  render.close()
  heap.close()
  worker.unref()
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker", modules: [gpu] })
  const fence = thread.open(workerData.fence)
  // ... the work ...
  fence.signal()
  fence.drop()
  thread.detach()
}
