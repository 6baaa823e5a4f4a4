// One of two threads of `race_signal_callback`. Cell `me` holds this thread's fence, the other cell the other's.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

/** Only what hangs takes so long. */
const LONGEST_MS = 30_000
const { me, before, ms } = workerData
const heap = Heap.open(workerData.heap)
const racer = defineModule({ name: "racer", driverName: "racer" })
const thread = heap.attach({ name: `racer-${me}`, modules: [racer] })
const timeline = thread.load(racer).timeline(`racer-${me}`)
const seen = heap.cell(8 + me)
const report = { passes: 0, misses: 0, failures: 0 }
// The clock starts when both are there, and nobody leaves without a round: on a busy machine one may be kept waiting for longer than it.
const arrived = heap.cell(10)
thread.engine.addToCell(arrived, 1)
while (thread.engine.readCell(arrived) < 2) await new Promise((resolve) => setTimeout(resolve, 1))
const start = performance.now()
const isOver = () => {
  const elapsed = performance.now() - start
  return elapsed > ms && (report.passes + report.misses + report.failures > 0 || elapsed > LONGEST_MS)
}
while (!isOver()) {
  const mine = timeline.fence()
  mine.enableSignaling()
  thread.replaceAt(me, mine.addRef())?.drop()
  let theirs
  while (!theirs && !isOver()) theirs = thread.openAt(1 - me)
  if (!theirs) {
    mine.signal()
    mine.drop()
    break
  }
  if (before) mine.signal()
  thread.engine.writeCell(seen, 0)
  const callback = theirs.addCounter(8 + me)
  const missed = callback === "already-signaled"
  if (!before) mine.signal()
  if (missed) report.misses++
  else {
    theirs.waitSync()
    if (thread.engine.readCell(seen) === 1) report.passes++
    else report.failures++
    callback.remove()
  }
  theirs.drop()
  mine.drop()
}
// Nobody may be left waiting for a fence of ours.
const last = thread.openAt(me)
last?.signal()
last?.drop()
timeline.close()
thread.detach()
parentPort.postMessage(report)
