// Step 6: a render pipeline. One worker simulates, one draws, the main thread shows; three frames are under way at a time.
import { once } from "node:events"
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"

const [FRAMES, SLOTS] = [60, 3]
const engine = defineModule({ name: "engine", driverName: "tutorial" })
const STAGES = ["simulated", "drawn", "shown"]

/** What all threads have: the heap, a fence for each frame and stage, and a slot of memory for each frame under way. */
function open({ heap, tokens, worlds, images }, name) {
  const thread = Heap.open(heap).attach({ name, modules: [engine] })
  const fenceOf = (stage, frame) => thread.open(tokens[stage][frame])
  return {
    /** Waits until a stage of a frame is done. Only workers may block; the main thread uses `wait`. */
    until(stage, frame) {
      const fence = fenceOf(stage, frame)
      const outcome = fence.waitSync({ timeoutMs: 60_000 })
      fence.drop()
      if (outcome !== "signaled") throw new Error(`frame ${frame} is not ${stage}`)
    },
    finish(stage, frame) {
      const fence = fenceOf(stage, frame)
      fence.signal()
      fence.drop()
    },
    world: (frame) => worlds.subarray(frame % SLOTS, (frame % SLOTS) + 1),
    image: (frame) => images.subarray(64 * (frame % SLOTS), 64 * ((frame % SLOTS) + 1)),
    leave: () => thread.detach(),
  }
}

function simulate() {
  const our = open(workerData, "simulate")
  for (let frame = 0; frame < FRAMES; frame++) {
    // The slot is free when the frame that had it before has been shown.
    if (frame >= SLOTS) our.until("shown", frame - SLOTS)
    our.world(frame)[0] = frame * frame
    our.finish("simulated", frame)
  }
  our.leave()
}

function draw() {
  const our = open(workerData, "draw")
  for (let frame = 0; frame < FRAMES; frame++) {
    our.until("simulated", frame)
    our.image(frame).fill(our.world(frame)[0])
    our.finish("drawn", frame)
  }
  our.leave()
}

async function main() {
  const heap = Heap.create({ fences: STAGES.length * FRAMES, threads: 3 })
  const thread = heap.attach({ name: "main", modules: [engine] })
  const module = thread.load(engine)
  const timelines = STAGES.map((stage) => module.timeline(stage))
  // Each stage is a timeline: its frames complete in order.
  const fences = timelines.map((timeline) => Array.from({ length: FRAMES }, () => timeline.fence()))
  const tokens = Object.fromEntries(STAGES.map((stage, i) => [stage, fences[i].map((fence) => fence.share())]))
  const worlds = new Uint32Array(new SharedArrayBuffer(4 * SLOTS))
  const images = new Uint32Array(new SharedArrayBuffer(4 * 64 * SLOTS))
  const data = { heap: heap.share(), tokens, worlds, images }
  const start = (role) => new Worker(new URL(import.meta.url), { workerData: { ...data, role } })
  const workers = [start("simulate"), start("draw")]
  const [, drawn, shown] = fences

  let right = 0
  for (let frame = 0; frame < FRAMES; frame++) {
    await drawn[frame].wait({ timeoutMs: 60_000 })
    const image = images.subarray(64 * (frame % SLOTS), 64 * ((frame % SLOTS) + 1))
    if (image.every((pixel) => pixel === frame * frame)) right++
    shown[frame].signal()
  }
  console.log(`${right} of ${FRAMES} frames are as they should be`)

  await Promise.all(workers.map((worker) => once(worker, "exit")))
  for (const fence of fences.flat()) fence.drop()
  for (const timeline of timelines) timeline.close()
  thread.barrier()
  console.log("fences in use:", heap.accounts().fences.inUse)
  heap.close()
}

if (isMainThread) await main()
else if (workerData.role === "simulate") simulate()
else draw()
