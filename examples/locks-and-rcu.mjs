// A lock over a plain counter; and a fence that is replaced again and again while others look at it without any lock.
import { once } from "node:events"
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const [LOCK, COUNT, LATEST] = [0, 1, 2] // cells: words of the heap that are ours
const TURNS = 20_000
const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })

if (isMainThread) {
  const heap = Heap.create({ fences: 1_024, threads: 4, flavour: "checked" })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const frames = thread.load(gpu).timeline("frames")
  thread.replaceAt(LATEST, frames.fence())
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url), { workerData: heap.share() }))
  const ends = workers.map((worker) => once(worker, "exit"))
  for (let i = 0; i < TURNS; i++) {
    const before = thread.replaceAt(LATEST, frames.fence())
    before.signal()
    before.drop() // the last reference; who is still looking has until the end of its read section
  }
  await Promise.all(ends)
  console.log(2 * TURNS - thread.engine.readCell(heap.cell(COUNT)), "additions lost")
  const last = thread.replaceAt(LATEST, undefined)
  last.signal()
  last.drop()
  thread.barrier()
  console.log(heap.accounts().fences.inUse, "fences in use")
} else {
  const heap = Heap.open(workerData)
  const thread = heap.attach()
  const { engine, record, words } = thread
  for (let i = 0; i < TURNS; i++) {
    engine.lock(record, heap.cell(LOCK))
    words[heap.cell(COUNT) >> 2]++
    engine.unlock(record, heap.cell(LOCK))
    thread.read(() => engine.hasSignaled(engine.dereference(record, heap.cell(LATEST))))
  }
  thread.detach()
}
