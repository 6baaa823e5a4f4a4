// Two threads create, signal and drop fences; the process must not grow meanwhile.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "gpu" })
const TENTHS = 10
if (isMainThread) {
  const total = Number(process.argv[3])
  const heap = Heap.create({ engine: process.argv[2], fences: 4_096, threads: 3 })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const module = thread.load(gpu)
  const workers = [0, 1].map(
    () => new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), each: total / 2 } }),
  )
  let tenths = 0
  let early = 0
  for (const worker of workers)
    worker.on("message", () => {
      if (++tenths === 2) early = process.memoryUsage().rss
    })
  await Promise.all(workers.map((w) => new Promise((resolve) => w.once("exit", resolve))))
  const grownMiB = (process.memoryUsage().rss - early) / 2 ** 20
  module.unload()
  thread.barrier()
  const { balanced, fences } = heap.accounts()
  console.log(JSON.stringify({ created: tenths * (total / 2 / TENTHS), balanced, inUse: fences.inUse, grownMiB }))
} else {
  const thread = Heap.open(workerData.heap).attach({ modules: [gpu] })
  const timeline = thread.load(gpu).timeline("t")
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    for (let i = 0; i < workerData.each / TENTHS; i++) {
      const fence = timeline.fence()
      fence.signal()
      fence.drop()
    }
    parentPort.postMessage("a tenth")
  }
  timeline.close()
  thread.detach()
}
