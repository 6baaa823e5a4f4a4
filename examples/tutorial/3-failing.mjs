// Step 3: work fails, takes too long, or is not wanted any more.
import { Heap, FenceError, defineModule } from "@outlive/core"

const renderer = defineModule({ name: "renderer", driverName: "tutorial" })
const heap = Heap.create({ fences: 64, threads: 2 })
const thread = heap.attach({ name: "main", modules: [renderer] })
const frames = thread.load(renderer).timeline("frames")
const [failed, slow] = [frames.fence(), frames.fence()]

// Who works says that it went wrong: a negative error number, as in the kernel. A wait rejects with it.
failed.signal({ error: -5 })
try {
  await failed.wait()
} catch (error) {
  if (!(error instanceof FenceError)) throw error
  console.log("failed:", error.code)
}

// Who waits has no time left. The fence is as it was.
console.log("slow:", await slow.wait({ timeoutMs: 10 }))

// Who waits does not want it any more.
const controller = new AbortController()
const waiting = slow.wait({ signal: controller.signal })
controller.abort(new Error("the window was closed"))
await waiting.catch((error) => console.log("given up:", error.message))

slow.signal()
console.log("in the end:", await slow.wait())
for (const fence of [failed, slow]) fence.drop()
frames.close()
heap.close()
