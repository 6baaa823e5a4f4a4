// 10,000 pending promises in one thread, all signaled in one burst by another.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const MANY = 10_000
const gpu = defineModule({ name: "gpu", driverName: "gpu" })
if (isMainThread) {
  const heap = Heap.create({ engine: process.argv[2], fences: MANY + 64, threads: 2 })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const module = thread.load(gpu)
  const timeline = module.timeline("t")
  const fences = Array.from({ length: MANY }, () => timeline.fence())
  const doorbell = (thread.record + 68) >> 2
  const before = heap.words[doorbell]
  const waits = fences.map((fence) => fence.wait())
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { heap: heap.share(), fences: fences.map((f) => f.share()) },
  })
  const exited = new Promise((resolve) => worker.once("exit", resolve))
  const outcomes = await Promise.all(waits)
  const rings = (heap.words[doorbell] - before) >> 1
  await exited
  for (const fence of fences) fence.drop()
  timeline.close()
  module.unload()
  thread.barrier()
  const { balanced, fences: account, callbacks } = heap.accounts()
  const resolved = outcomes.filter((o) => o === "signaled").length
  console.log(JSON.stringify({ resolved, rings, balanced, inUse: account.inUse + callbacks.inUse }))
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker" })
  const fences = workerData.fences.map((f) => thread.open(f))
  for (const fence of fences) fence.signal()
  for (const fence of fences) fence.drop()
  thread.detach()
}
