/** Finding what an issuer has not completed. */
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { nextInUse } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { tryAddRefTo } from "../refcount"
import { tagged } from "../tag"
import { load, peek } from "../words"
import { dropRef } from "./references"

/**
 * The next pending fence of a timeline, by its place in memory: after `at`, or from the beginning. With a reference; NONE at
 * the end. What is made meanwhile may be passed by. The caller knows that the timeline is live.
 */
export function nextPending(thread: i32, timeline: i32, at: i32): i32 {
  const pointer = tagged(timeline)
  let fence = nextInUse(Kind.Fence, at)
  for (; fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    if (isPendingOn(fence, pointer) && tryHold(thread, fence, pointer)) break
  }
  return fence
}

function isPendingOn(fence: i32, pointer: i32): bool {
  // ORDER: observe: SIGNALED is never cleared in one life; which life it is, `tryHold` finds out.
  return peek(fence + Fence.timeline) == pointer && (load(fence + Fence.flags) & Flag.Signaled) == 0
}

/** Adds a reference if it is such a fence still: the record may have begun another life, and `initialize` of `create.ts` gives it its reference last. */
function tryHold(thread: i32, fence: i32, pointer: i32): bool {
  readLock(thread)
  const held = peek(fence + Fence.refs) > 0 && tryAddRefTo(fence + Fence.refs) != 0
  readUnlock(thread)
  if (!held) return false
  if (isPendingOn(fence, pointer)) return true
  dropRef(thread, fence)
  return false
}
