// Where have all the records gone? Accounts, a heap that is full, and a thread that died with a fence in its hand.
import { Heap, HeapError, defineModule } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })
const heap = Heap.create({ fences: 8, threads: 2 })
const thread = heap.attach({ name: "main", modules: [gpu] })
const timeline = thread.load(gpu).timeline("render")
const show = (when) => {
  const { fences, threads, balanced } = heap.accounts()
  console.log(`${when}: ${fences.inUse} fences, ${threads.inUse} threads in use, ${balanced ? "" : "not "}balanced`)
}

const fences = Array.from({ length: 8 }, () => timeline.fence())
try {
  timeline.fence()
} catch (error) {
  if (!(error instanceof HeapError)) throw error
  console.log(error.code, error.message)
}
for (const fence of fences) {
  fence.signal()
  fence.drop()
}
thread.barrier() // records come back after a grace period
show("all dropped")

const doomed = heap.attach({ name: "doomed" })
const shared = timeline.fence()
doomed.open(shared.share()) // a reference that nobody will drop
shared.signal()
shared.drop()
show("with doomed")
thread.reclaim(heap.threads().find(({ name }) => name === "doomed"))
thread.barrier()
show("doomed reclaimed")
