/**
 * What kinds of fences there are besides an issuer's, and what each does when it is asked: the one file of `fence/` that
 * knows what stands above it. Their ops are functions here, where other issuers' are the host's.
 */
import { deadlineOfArray, enableArray, pollArray } from "../composite/array"
import { deadlineOfChain, enableChain, pollChain } from "../composite/chain"
import { setPointDeadline } from "../composite/soft-timeline"
import { forgetLock, noteOpenLock } from "../kept"
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { Address } from "../layout/record"
import { setJobDeadline } from "../scheduler/fences"
import { peek } from "../words"

/**
 * Does an op of a container's: what it answers. `held`: the container's lock if the operation has it, or NONE: members'
 * issuers may be asked, and meanwhile it is their caller's. PLAIN: the bits that say what a fence is never change.
 */
export function askContainer(thread: i32, fence: i32, op: i32, held: i32): i32 {
  if (held != Address.None) noteOpenLock(thread, held)
  const answer = askMembers(thread, fence, op)
  if (held != Address.None) forgetLock(thread, held)
  return answer
}

function askMembers(thread: i32, fence: i32, op: i32): i32 {
  const isArray = (peek(fence + Fence.flags) & Flag.Array) != 0
  if (op == Op.EnableSignaling) return isArray ? enableArray(thread, fence) : enableChain(thread, fence)
  if (op == Op.PollSignaled) return isArray ? pollArray(thread, fence) : pollChain(thread, fence)
  return 0
}

/** Passes the deadline in the thread's `now` words on to whatever the engine itself issued. False for an issuer's fence. */
export function passDeadlineOn(thread: i32, fence: i32): bool {
  const flags = peek(fence + Fence.flags)
  if (flags & Flag.Array) deadlineOfArray(thread, fence)
  else if (flags & Flag.Chain) deadlineOfChain(thread, fence)
  else if (flags & Flag.Soft) setPointDeadline(thread, fence)
  else if (flags & Flag.Job) setJobDeadline(thread, fence)
  else return false
  return true
}
