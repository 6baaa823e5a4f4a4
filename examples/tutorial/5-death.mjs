// Step 5: a worker dies in the middle. Whoever waits for it is told, and nothing of it stays behind.
import { once } from "node:events"
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const renderer = defineModule({ name: "renderer", driverName: "tutorial" })
const CANCELED = -125

if (isMainThread) {
  const heap = Heap.create({ fences: 64, threads: 2 })
  const thread = heap.attach({ name: "main", modules: [renderer] })
  const module = thread.load(renderer)
  const frames = module.timeline("frames")
  const fences = [frames.fence(), frames.fence(), frames.fence()]
  const shared = fences.map((fence) => fence.share())
  const worker = new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), shared } })
  const waits = fences.map((fence) => fence.wait().catch((error) => error.code))
  await once(worker, "exit")

  // 1. Its seat, its locks and its read sections are given back.
  for (const dead of heap.threads().filter(({ name }) => name === "worker")) thread.reclaim(dead)
  // 2. What it has not done fails: nobody else will do it.
  console.log("failed:", frames.kill(CANCELED))
  console.log("waits:", (await Promise.all(waits)).join(", "))

  // 3. The module can go although its fences are still held.
  frames.close()
  module.unload()
  console.log("a fence of it:", fences[0].driverName())
  for (const fence of fences) fence.drop()
  thread.barrier()
  console.log("fences in use:", heap.accounts().fences.inUse)
  heap.close()
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker", modules: [renderer] })
  const first = thread.open(workerData.shared[0])
  first.signal()
  first.drop()
  process.exit(1) // without leaving the heap
}
