// Several devices work on one frame: their fences become one, whoever asks; and a timeline that software counts up.
import { FenceArray, FenceChain, Heap, SoftTimeline, defineModule, merge, unwrap } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })
const display = defineModule({ name: "display", driverName: "toy-display" })
const heap = Heap.create({ fences: 64, threads: 2 })
const thread = heap.attach({ name: "main", modules: [gpu, display] })
const render = thread.load(gpu).timeline("render")
const flip = thread.load(display).timeline("flip")

// An array: complete when all members are.
const [draw, overlay, shown] = [render.fence(), render.fence(), flip.fence()]
const frame = FenceArray.create(thread, [draw, overlay, shown])
console.log("frame:", frame.driverName(), "of", frame.size)

// A chain: each point rests on all before it.
const first = FenceChain.create(thread, { fence: frame, seqno: 1n })
const second = FenceChain.create(thread, { previous: first, fence: flip.fence(), seqno: 2n })

// A merge keeps what is pending, and of each timeline the latest.
const all = merge(thread, [second, draw])
console.log("all of it:", [...unwrap(all)].map((leaf) => `${leaf.timelineName()} ${leaf.seqno}`).join(", "))

for (const fence of [draw, overlay, shown]) fence.signal()
console.log(
  "point 1:",
  second.findSeqno(1n)?.seqno ?? "complete",
  "- point 2:",
  second.isSignaled() ? "complete" : "pending",
)

// Points that complete as software counts up.
const clock = SoftTimeline.create(thread, "clock")
const third = clock.point(3)
clock.increment(2)
console.log("after 2:", third.isSignaled())
clock.increment()
console.log("after 3:", await third.wait())
