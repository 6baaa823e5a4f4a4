/** Finding what an issuer has not completed. */
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { nextInUse } from "../pool"
import { load } from "../words"
import { dropRef } from "./references"
import { tryAddRefOn } from "./timelines"

/**
 * The next pending fence of a timeline, by its place in memory: after `at`, or from the beginning. With a reference; NONE at
 * the end. What is made meanwhile may be passed by. The caller knows that the timeline is live.
 */
export function nextPending(thread: i32, timeline: i32, at: i32): i32 {
  let fence = nextInUse(Kind.Fence, at)
  for (; fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    if (!tryAddRefOn(thread, fence, timeline)) continue
    // ORDER: observe: SIGNALED is never cleared in one life, and with a reference we are in one.
    if ((load(fence + Fence.flags) & Flag.Signaled) == 0) break
    dropRef(thread, fence)
  }
  return fence
}
