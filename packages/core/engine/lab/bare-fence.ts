/**
 * A fence that is nothing but its flag: the floor of what completing can cost. One `or` tells everybody, and who won. It guards no
 * callbacks, for whoever adds one cannot know whether it came before or after; so it is for measuring, and no contender.
 */
import { Fence, Flag } from "../layout/fence"
import { or } from "../words"

/** Completes a fence by its flag alone: 1 for the one who did it. Nobody is woken, nothing runs, ops stay. */
export function signalBare(_thread: i32, fence: i32): i32 {
  // ORDER: claim: one `or` finds SIGNALED clear (I1); and publish what was written before.
  return or(fence + Fence.flags, Flag.Signaled) & Flag.Signaled ? 0 : 1
}
