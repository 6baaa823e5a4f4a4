// Step 2: what a worker has written before its signal, everybody reads after the wait.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const renderer = defineModule({ name: "renderer", driverName: "tutorial" })

if (isMainThread) {
  const heap = Heap.create({ fences: 64, threads: 2 })
  const thread = heap.attach({ name: "main", modules: [renderer] })
  const frames = thread.load(renderer).timeline("frames")
  const drawn = frames.fence()
  const pixels = new Uint8Array(new SharedArrayBuffer(1_024))
  new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), drawn: drawn.share(), pixels } })
  await drawn.wait()
  console.log("pixels drawn:", pixels.filter((pixel) => pixel === 7).length)
  drawn.drop()
  frames.close()
  heap.close()
} else {
  const { heap, drawn, pixels } = workerData
  const thread = Heap.open(heap).attach({ name: "worker", modules: [renderer] })
  const fence = thread.open(drawn)
  pixels.fill(7) // ordinary writes: the signal publishes them
  fence.signal()
  fence.drop()
  thread.detach()
}
