/** Fences made of fences, taken apart and put together: `dma_fence_unwrap`. */
import { Flag, Fence as FenceRecord, Kind } from "../../built/layout.js"
import { show } from "../entrance/numbers.js"
import { listOf } from "../entrance/words.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { assertSteps } from "../memory/steps.js"
import { assertSeat } from "../seat/assert-seat.js"
import { type Seat, dropFence } from "../seat/seat.js"
import { withDraft } from "./draft.js"
import { handleOn } from "../fence/handle-on.js"
import { MADE } from "../seat/made.js"

/** The fences that this one is made of: links from the newest back, members of arrays, or itself. Each handle is the caller's to drop. */
export function unwrap(fence: Fence): Generator<Fence, void, undefined> {
  if (!(fence instanceof Fence)) throw new TypeError(`Cannot use ${show(fence)} as a fence`)
  void fence.kind
  return leavesOf(fence)
}

function* leavesOf(fence: Fence): Generator<Fence, void, undefined> {
  const { thread } = fence
  const { ask, engine, heap, name } = thread
  let at = fenceIn(thread, fence)
  const first = at
  let links = 0
  engine.addRef(at)
  try {
    while (at !== 0) {
      assertSteps(++links, heap, name, Kind.Fence, first)
      const contained = engine.containedFence(at)
      if ((heap.word(contained + FenceRecord.flags) & Flag.Array) === 0) {
        engine.addRef(contained)
        yield new Fence(MADE, thread, contained)
      } else {
        let members = 0
        for (let m = engine.firstMember(contained); m !== 0; m = engine.nextMember(m)) {
          assertSteps(++members, heap, name, Kind.Callback, contained)
          const member = engine.memberFence(m)
          engine.addRef(member)
          yield new Fence(MADE, thread, member)
        }
      }
      // The walk takes over our reference, whatever comes of it.
      const from = at
      at = 0
      at = thread.told(ask.walkChain(thread.record, from), dropFence)
    }
  } finally {
    if (at !== 0) thread.dropFence(at)
  }
}

/**
 * One fence that is complete when all of these are: of what they are made of, what is pending, and of each context the
 * latest. None pending: a new complete fence with the time of the latest signal. One: that one. More: an array, in
 * order of context. @throws FenceError FOREIGN, STALE; TypeError; HeapError FULL
 * @example
 * using all = merge(thread, [upload, render, previousFrame])
 */
export function merge(thread: Seat, fences: readonly (Fence | undefined)[]): Fence {
  const { ask, record, heap } = assertSeat(thread)
  const parts = partsIn(thread, fences)
  const address = withDraft(thread, (draft) => {
    for (const part of parts)
      // Asked again: issuers are asked on the way, and may drop what comes next.
      if (part !== undefined && thread.told(ask.addLeaves(record, draft, part.holdable)) === 0)
        throw heap.fullError("callbacks")
    return ask.mergeDraft(record, draft)
  })
  return handleOn(thread, address)
}

/** A list of our own, of fences that are this thread's. @throws TypeError; FenceError FOREIGN, STALE */
function partsIn(thread: Seat, fences: readonly (Fence | undefined)[]): readonly (Fence | undefined)[] {
  const parts = listOf("fences", fences)
  for (const part of parts) if (part !== undefined) fenceIn(thread, part)
  return parts
}
