// Step 4: a frame is made of tiles, which four workers draw; a merge of their fences is the frame's.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap, defineModule, merge, waitAny } from "@outlive/core"

const renderer = defineModule({ name: "renderer", driverName: "tutorial" })
const TILES = 4

if (isMainThread) {
  const heap = Heap.create({ fences: 64, threads: 1 + TILES })
  const thread = heap.attach({ name: "main", modules: [renderer] })
  const module = thread.load(renderer)
  // The fences of one timeline complete in order; tiles need not, so each has a timeline of its own.
  const timelines = Array.from({ length: TILES }, (_, i) => module.timeline(`tile ${i}`))
  const tiles = timelines.map((timeline) => timeline.fence())
  const frame = merge(thread, tiles)
  const pixels = new Uint8Array(new SharedArrayBuffer(TILES * 256))
  for (const [index, tile] of tiles.entries())
    new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), tile: tile.share(), pixels, index } })
  console.log("the first tile:", (await waitAny(tiles)).outcome)
  console.log("the frame:", await frame.wait())
  console.log("pixels drawn:", pixels.filter((pixel) => pixel !== 0).length)
  for (const fence of [frame, ...tiles]) fence.drop()
  for (const timeline of timelines) timeline.close()
  heap.close()
} else {
  const { heap, tile, pixels, index } = workerData
  const thread = Heap.open(heap).attach({ name: `tile ${index}`, modules: [renderer] })
  const fence = thread.open(tile)
  pixels.fill(1 + index, 256 * index, 256 * (index + 1))
  fence.signal()
  fence.drop()
  thread.detach()
}
