/** What the engine itself issues: containers. Their ops are functions here, where other issuers' are the host's. */
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { peek } from "../words"
import { deadlineOfArray, enableArray, pollArray, releaseArray } from "./array"
import { deadlineOfChain, enableChain, pollChain, releaseChain } from "./chain"

/** Flags of fences that are containers. */
export const CONTAINER: i32 = 512 | 1024

/** Does an op of a container's: what it answers. PLAIN: the bits that say what a fence is never change. */
export function askContainer(thread: i32, fence: i32, op: i32): i32 {
  const isArray = (peek(fence + Fence.flags) & Flag.Array) != 0
  if (op == Op.EnableSignaling) return isArray ? enableArray(thread, fence) : enableChain(thread, fence)
  if (op == Op.PollSignaled) return isArray ? pollArray(thread, fence) : pollChain(thread, fence)
  if (op == Op.SetDeadline) {
    if (isArray) deadlineOfArray(thread, fence)
    else deadlineOfChain(thread, fence)
  }
  return 0
}

/** Gives up what a container holds, when nobody holds it; returns a fence that lost its last reference by that, or NONE. */
export function releaseContainer(thread: i32, fence: i32): i32 {
  if (peek(fence + Fence.flags) & Flag.Array) {
    releaseArray(thread, fence)
    return 0
  }
  return releaseChain(thread, fence)
}
