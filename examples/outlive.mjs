// The mission: a fence is still held when its module is unloaded. Once on each kind of heap.
import { Heap, OopsError, defineModule } from "@outlive/core"

for (const lifetime of ["issuer-bound", "independent"]) {
  const heap = Heap.create({ fences: 64, threads: 2, lifetime })
  const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const module = thread.load(gpu)
  const timeline = module.timeline("render")
  const fence = timeline.fence()
  console.log(`${lifetime}: issued by ${fence.driverName()}`)
  fence.signal()
  timeline.close()
  module.unload()
  try {
    console.log(`${lifetime}: unloaded, and the fence says ${fence.driverName()}`)
    fence.drop()
  } catch (error) {
    if (!(error instanceof OopsError)) throw error
    console.log(`${lifetime}: unloaded, OOPS ${error.code}`)
  }
  heap.close()
}
