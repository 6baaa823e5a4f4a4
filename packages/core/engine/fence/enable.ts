/** Asking the issuer to make sure that the fence will be signaled. */
import { assertFence } from "../check"
import { Armed, Asked } from "../layout/answer"
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { lockToArm } from "../locks/impatient"
import { unlock } from "../locks/lock"
import { load, or, sub } from "../words"
import { lockOf } from "./lock"
import { askIssuer } from "./ops"
import { signalLocked } from "./signal"

/** Enables signaling: an `Armed`. */
export function enableSignaling(thread: i32, fence: i32): i32 {
  assertFence(fence)
  const word = lockOf(fence)
  if (!lockToArm(thread, word)) return Armed.NotArmed
  const armed = enableLocked(thread, fence)
  unlock(thread, word)
  return armed
}

/**
 * The same for a caller that holds the lock. After a signal, every call of this has finished or finds SIGNALED (F19):
 * whoever adds a callback on the strength of `Pending` adds it before the signal, or not at all.
 */
export function enableLocked(thread: i32, fence: i32): i32 {
  // ORDER: observe: both bits change only under the lock, which we hold.
  const seen = load(fence + Fence.flags)
  if (seen & Flag.Signaled) return Armed.Complete
  if (seen & Flag.Enabled) return Armed.Pending
  // ORDER: claim: under the lock one thread sets ENABLED, and so the issuer is asked once (I11).
  or(fence + Fence.flags, Flag.Enabled)
  const answer = askIssuer(thread, fence, Op.EnableSignaling, Armed.Pending)
  // ORDER: observe: the issuer's function holds the lock through us, and may have signaled.
  if (load(fence + Fence.flags) & Flag.Signaled) return Armed.Complete
  if (answer == Armed.Complete) signalLocked(thread, fence)
  else if (answer == Asked.Failed) disableLocked(fence)
  return answer
}

/** Under the lock: nobody listens on behalf of this fence, and so the next asker shall ask again. */
export function disableLocked(fence: i32): void {
  // ORDER: claim: undoes the claim of ENABLED, which we hold the lock to make.
  sub(fence + Fence.flags, Flag.Enabled)
}

/** The same for who does not hold the lock. */
export function disable(thread: i32, fence: i32): void {
  const word = lockOf(fence)
  if (!lockToArm(thread, word)) return
  // ORDER: observe: the bit changes only under the lock.
  if (load(fence + Fence.flags) & Flag.Enabled) disableLocked(fence)
  unlock(thread, word)
}
