/**
 * Which fences are a timeline's own. The tag of a pointer repeats (`tag.ts`), and a fence may be held for so many lives of its
 * timeline's record. A context is given once: both repeat together no more.
 */
import { Fence } from "./layout/fence"
import { Timeline } from "./layout/module"
import { tagged, untagged } from "./tag"
import { peek } from "./words"

/** Whether an issuer made this fence on this timeline, which is live. PLAIN: neither word changes in a fence's life, nor in a timeline's. */
export function isOn(fence: i32, timeline: i32): bool {
  return (
    peek(fence + Fence.timeline) == tagged(timeline) &&
    peek(fence + Fence.contextLo) == peek(timeline + Timeline.contextLo)
  )
}

/** Whether the timeline on which an issuer made this fence is live. */
export function hasTimeline(fence: i32): bool {
  return isOn(fence, untagged(peek(fence + Fence.timeline)))
}
