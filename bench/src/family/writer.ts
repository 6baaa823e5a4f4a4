/** A thread that replaces one fence of a reservation over and over, for whoever walks over it meanwhile. */
import { workerData } from "node:worker_threads"
import { Heap, Reservation, type SharedHeap, type SharedObjectToken, Usage, defineModule } from "@outlive/core"

const {
  heap,
  reservation: token,
  control,
} = workerData as {
  heap: SharedHeap
  reservation: SharedObjectToken
  control: Int32Array
}
const writer = defineModule({ name: "writer", driverName: "writer" })
const thread = Heap.open(heap).attach({ name: "writer", modules: [writer] })
const timeline = thread.load(writer).timeline("writer")
const reservation = Reservation.open(thread, token)
for (let i = 0; ; i++) {
  const fence = timeline.fence()
  reservation.locked(() => {
    reservation.reserve(1)
    reservation.add(fence, Usage.Bookkeep)
  })
  fence.signal()
  fence.drop()
  if (i === 100) Atomics.store(control, 0, 1)
}
