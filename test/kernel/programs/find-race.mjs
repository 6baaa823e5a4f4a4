// One of the threads of `find_race`: looks for random points of a chain, and signals random fences of it but the last.
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"

const heap = Heap.open(workerData.heap)
const thread = heap.attach()
const tail = thread.open(workerData.tail)
const fences = workerData.fences.map((fence) => thread.open(fence))
const report = { found: 0, complete: 0, errors: [] }
let state = workerData.seed
const below = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0
  return (state >>> 8) % n
}
const end = performance.now() + workerData.ms
while (performance.now() < end && report.errors.length === 0) {
  const seqno = BigInt(1 + below(fences.length))
  try {
    const found = tail.findSeqno(seqno)
    if (!found) report.complete++
    else {
      report.found++
      // What is found for a point that is still there is found from itself again.
      if (found.seqno === seqno) found.findSeqno(seqno)?.drop()
      found.drop()
    }
  } catch (error) {
    report.errors.push(String(error))
  }
  fences[below(fences.length - 1)].signal()
}
for (const fence of fences) fence.drop()
tail.drop()
thread.detach()
parentPort.postMessage(report)
