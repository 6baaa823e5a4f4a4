/** Asking the issuer to make sure that the fence will be signaled. */
import { assertFence } from "../check"
import { Armed, Asked } from "../layout/answer"
import { Fence, Flag } from "../layout/fence"
import { Lifetime } from "../layout/header"
import { Op } from "../layout/module"
import { Address } from "../layout/record"
import { lives } from "../lifetime"
import { lockToArm } from "../locks/impatient"
import { unlock } from "../locks/lock"
import { load, or, peek, sub } from "../words"
import { lockOf } from "./lock"
import { askIssuer } from "./ops"
import { signalLocked, trySignal } from "./signal"

/** Enables signaling: an `Armed`. */
export function enableSignaling(thread: i32, fence: i32): i32 {
  assertFence(fence)
  const word = lockToEnable(thread, fence)
  if (word == Address.None) return Armed.NotArmed
  const armed = enableLocked(thread, fence)
  unlock(thread, word)
  return armed
}

/**
 * Takes a fence's lock for `enableLocked`: the lock, or NONE if it is busy and the caller impatient. Where issuers are asked
 * without the lock, this is when.
 */
// @inline
export function lockToEnable(thread: i32, fence: i32): i32 {
  if (isAskedOpenly(fence)) enableOpenly(thread, fence)
  const word = lockOf(fence)
  return lockToArm(thread, word) ? word : Address.None
}

/** Whether the issuer is asked without the fence's lock. A container's members are hung on under the container's own. */
// @inline
export function isAskedOpenly(fence: i32): bool {
  return lives(Lifetime.Unlocked) && (peek(fence + Fence.flags) & Flag.Container) == 0
}

/**
 * Asks the issuer without the lock. It may be asked of a fence that has been signaled meanwhile, against I11: the lock was
 * what told a signaler that nobody is about to ask. That is what is wrong with this plan.
 */
function enableOpenly(thread: i32, fence: i32): void {
  // ORDER: claim: the issuer is asked once. A signal may come between this and the question.
  const seen = or(fence + Fence.flags, Flag.Enabled)
  if (seen & (Flag.Signaled | Flag.Enabled)) return
  const answer = askIssuer(thread, fence, Op.EnableSignaling, Armed.Pending, Address.None)
  if (answer == Asked.Failed || (answer == Armed.Complete && !trySignal(thread, fence))) disableLocked(fence)
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
  // The issuer was asked before the lock was taken, and has failed.
  if (isAskedOpenly(fence)) return Asked.Failed
  // ORDER: claim: under the lock one thread sets ENABLED, and so the issuer is asked once (I11).
  or(fence + Fence.flags, Flag.Enabled)
  const answer = askIssuer(thread, fence, Op.EnableSignaling, Armed.Pending, lockOf(fence))
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
