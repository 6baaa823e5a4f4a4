/** Fences made of fences, taken apart and put together: `dma_fence_unwrap`. */
import { Flag, Fence as FenceRecord } from "../../built/layout.js"
import { Fence } from "../fence/fence.js"
import { addressIn, withDraft } from "./fence-array.js"
import type { Thread } from "../heap/thread.js"

/** The fences that this one is made of: links from the newest back, members of arrays, or itself. Each handle is the caller's to drop. */
export function* unwrap(fence: Fence): Generator<Fence, void, undefined> {
  const { thread } = fence
  const { engine, heap } = thread
  engine.addRef(fence.address)
  let at = fence.address
  try {
    while (at !== 0) {
      const contained = engine.containedFence(at)
      if ((heap.word(contained + FenceRecord.flags) & Flag.Array) === 0) {
        engine.addRef(contained)
        yield new Fence(thread, contained)
      } else {
        for (let m = engine.firstMember(contained); m !== 0; m = engine.nextMember(m)) {
          const member = engine.memberFence(m)
          engine.addRef(member)
          yield new Fence(thread, member)
        }
      }
      at = engine.walkChain(thread.record, at)
      thread.rethrow()
    }
  } finally {
    if (at !== 0) engine.dropRef(thread.record, at)
  }
}

/**
 * One fence that is complete when all of these are: of what they are made of, what is pending, and of each context the
 * latest. None pending: a new complete fence with the time of the latest signal. One: that one. More: an array, in
 * order of context. @throws HeapError FULL
 * @example
 * using all = merge(thread, [upload, render, previousFrame])
 */
export function merge(thread: Thread, fences: readonly (Fence | undefined)[]): Fence {
  const { engine, record, heap } = thread
  const address = withDraft(thread, (draft) => {
    for (const fence of fences) {
      if (fence === undefined) continue
      if (!engine.addLeaves(record, draft, addressIn(thread, fence))) throw heap.fullError("callbacks")
      thread.rethrow()
    }
    return engine.mergeDraft(record, draft)
  })
  return thread.handle(address)
}
