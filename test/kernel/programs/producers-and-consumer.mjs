// Producers go on when the consumer has come round; the consumer when all producers have: each a timeline of its own.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, SoftTimeline, SyncFile } from "@outlive/core"

const { role, rounds } = workerData
const heap = Heap.open(workerData.heap)
const thread = heap.attach({ name: `${role}` })
const producers = workerData.producers.map((token) => SoftTimeline.open(thread, token))
const consumer = SoftTimeline.open(thread, workerData.consumer)
const counter = heap.cell(0)
let wrong = 0

/** Waits for a point of each timeline, all merged into one. */
function awaitAll(timelines, seqno) {
  let all
  for (const timeline of timelines) {
    const point = timeline.point(seqno)
    const file = SyncFile.create(thread, point)
    point.drop()
    if (!all) all = file
    else {
      const merged = all.merge(file)
      all.drop()
      file.drop()
      all = merged
    }
  }
  if (all.waitSync({ timeoutMs: 10_000 }) !== "signaled") wrong++
  all.drop()
}

for (let round = 1; round <= rounds; round++) {
  if (role === "consumer") {
    awaitAll(producers, round)
    if (thread.engine.readCell(counter) !== producers.length * round) wrong++
    consumer.increment()
  } else {
    awaitAll([consumer], round - 1)
    thread.engine.addToCell(counter, 1)
    producers[role].increment()
  }
}
for (const timeline of [...producers, consumer]) timeline.drop()
thread.detach()
parentPort.postMessage({ wrong })
