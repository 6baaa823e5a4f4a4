/** A worker that sleeps until a frame is drawn. The heap comes with the first message, a frame with each further one. */
import { FenceError, Heap, type SharedFence, type SharedHeap, type Thread } from "@outlive/core/all-worker"

export interface Frame {
  readonly number: number
  readonly fence: SharedFence
  /** In milliseconds since 1970. */
  readonly submittedAt: number
}

/** What became of it: "signaled", or why not. */
export interface Shown {
  readonly number: number
  readonly outcome: string
  readonly afterMs: number
}

let thread: Thread | undefined

addEventListener("message", ({ data }: MessageEvent<SharedHeap | Frame>) => {
  if ("memory" in data) thread = Heap.open(data).attach({ name: "frame waiter" })
  else if (thread) postMessage(waited(thread, data))
})

function waited(waiter: Thread, { number, fence: token, submittedAt }: Frame): Shown {
  using fence = waiter.open(token)
  const shown = (outcome: string): Shown => ({
    number,
    outcome,
    afterMs: performance.timeOrigin + performance.now() - submittedAt,
  })
  try {
    return shown(fence.waitSync({ timeoutMs: 10_000 }))
  } catch (error) {
    return shown(error instanceof FenceError ? error.code : String(error))
  }
}
