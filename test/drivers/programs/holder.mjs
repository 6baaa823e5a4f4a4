/** Holds a thousand fences of amdgpu's ring, names them, waits for them, and goes on when their module has gone. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { FENCE_TYPES, titleOf } from "@outlive/drivers"

const { heap: shared, cells, stop, maker } = workerData
const ring = FENCE_TYPES.find((type) => titleOf(type) === "amdgpu ring")
const quiet = { ...maker, preempt() {}, tell() {}, words: { store() {} } }
const heap = Heap.open(shared)
const thread = heap.attach({ name: "holder", modules: [ring.module(quiet)] })
const fences = Array.from({ length: cells }, (_, cell) => thread.openAt(cell))
const isOver = () => Atomics.load(heap.words, heap.cell(stop) >> 2) !== 0
const names = new Set()
parentPort.postMessage("holding")
for (let turn = 0; !isOver(); turn++) {
  const fence = fences[turn % cells]
  names.add(fence.driverName())
  fence.waitSync({ timeoutMs: 1 })
}
// The module has gone, and all is as before.
for (const fence of fences) {
  names.add(`${fence.driverName()} ${fence.timelineName()}`)
  if (fence.waitSync() !== "signaled" || fence.status() !== 1) names.add("not signaled")
  fence.drop()
}
thread.detach()
parentPort.postMessage([...names])
