// Step 1: a worker does something, and the main thread waits until it is done.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

// Who issues fences is a module. Every thread that uses it has its definition.
const renderer = defineModule({ name: "renderer", driverName: "tutorial" })

if (isMainThread) {
  const heap = Heap.create({ fences: 64, threads: 2 })
  const thread = heap.attach({ name: "main", modules: [renderer] })
  const frames = thread.load(renderer).timeline("frames")
  const done = frames.fence()
  new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), done: done.share() } })
  console.log("done:", await done.wait())
  done.drop()
  frames.close()
  heap.close()
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker", modules: [renderer] })
  const done = thread.open(workerData.done)
  // ... the work ...
  done.signal()
  done.drop()
  thread.detach()
}
