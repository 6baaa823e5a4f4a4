// An issuer that brings forward what is wanted soon: whoever waits says by when, and the issuer hears it from whatever
// it is asked through (a fence, a merge, a reservation).
import { Heap, Reservation, Usage, defineModule, merge, usageOf } from "@outlive/core"

/** What waits for the hardware: the soonest deadline first, and in order of submission among those that have none. */
const queue = []
const NEVER = 1n << 63n

const gpu = defineModule({
  name: "gpu",
  driverName: "toy-gpu",
  ops: {
    // Called in the thread that has the wish, at any time, and for each wish again: the soonest counts.
    setDeadline(fence, atNs) {
      const job = queue.find((queued) => queued.fence.seqno === fence.seqno)
      if (job === undefined || atNs >= job.deadlineNs) return
      console.log("brought forward:", job.name)
      job.deadlineNs = atNs
      queue.sort((a, b) => (a.deadlineNs < b.deadlineNs ? -1 : a.deadlineNs > b.deadlineNs ? 1 : a.order - b.order))
    },
  },
})

const heap = Heap.create({ fences: 64, threads: 2 })
const thread = heap.attach({ name: "main", modules: [gpu] })
// Jobs may overtake each other, so each has a timeline of its own: the fences of one complete in order.
const module = thread.load(gpu)

function submit(name) {
  const order = queue.length
  const timeline = module.timeline(name)
  const fence = timeline.fence(BigInt(order))
  queue.push({ name, order, timeline, fence, deadlineNs: NEVER })
  return fence
}

/** The hardware: does what is first in the queue. */
function work() {
  const { name, timeline, fence } = queue.shift()
  console.log("done:", name)
  fence.signal()
  fence.drop()
  timeline.close()
}

submit("backup")
const [icons, photo] = [submit("icons"), submit("photo")]
const [background, window] = [submit("background"), submit("window")]
console.log("submitted:", queue.map((job) => job.name).join(", "))

// The compositor draws a frame of two parts in 16 ms: it says so to the merge of both, and each part hears it.
const now = BigInt(Date.now()) * 1_000_000n
const frame = merge(thread, [background, window])
frame.setDeadline(now + 16_000_000n)

// The photo is to be read for the next frame, 16 ms later: whoever asks the buffer need not know who writes it.
const buffer = Reservation.create(thread)
buffer.locked(() => {
  buffer.reserve(1)
  buffer.add(photo, Usage.Write)
})
buffer.setDeadline(usageOf("read"), now + 32_000_000n)

// A later wish changes nothing; a sooner one does.
icons.setDeadline(now + 900_000_000n)
photo.setDeadline(now + 700_000_000n)
photo.setDeadline(now + 8_000_000n)

frame.addCallback(() => console.log("the frame is complete"))
while (queue.length > 0) {
  work()
  // The event loop does this by itself, when this thread has nothing else to do.
  thread.deliver()
}
frame.drop()
buffer.drop()
thread.barrier()
console.log(heap.accounts().fences.inUse, "fences in use at the end")
heap.close()
