// Waits for whichever comes first, with a time limit, and gives up cleanly.
import { Heap, defineModule, waitAll, waitAny } from "@outlive/core"

const heap = Heap.create({ fences: 64, threads: 2 })
const thread = heap.attach({ name: "main" })
const timeline = thread.load(defineModule({ name: "timer", driverName: "timers" })).timeline("timeouts")
const fences = [timeline.fence(), timeline.fence(), timeline.fence()]
console.log(await waitAny(fences, { timeoutMs: 1 }))

for (const [i, ms] of [400, 10, 300].entries()) setTimeout(() => fences[i].signal(), ms)
console.log(await waitAny(fences))
console.log(await waitAll(fences))

const patience = new AbortController()
setTimeout(() => patience.abort(new Error("patience is at an end")), 5)
const never = timeline.fence()
await never.wait({ signal: patience.signal }).catch((error) => console.log(error.message))

for (const fence of [...fences, never]) {
  fence.signal()
  fence.drop()
}
timeline.close()
thread.barrier()
console.log(heap.accounts().fences.inUse, "fences in use at the end")
heap.close()
