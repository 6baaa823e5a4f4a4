/** Asking the issuer to make sure that the fence will be signaled. */
import { assertFence } from "../check"
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { lock, unlock } from "../locks/lock"
import { load, or } from "../words"
import { lockOf } from "./lock"
import { askIssuer } from "./ops"
import { signalLocked } from "./signal"

/** Enables signaling: 1 if the fence is pending still, 0 if it is complete. */
export function enableSignaling(thread: i32, fence: i32): i32 {
  assertFence(fence)
  const word = lockOf(fence)
  lock(thread, word)
  const pending = enableLocked(thread, fence)
  unlock(thread, word)
  return pending
}

/**
 * The same for a caller that holds the lock. After a signal, every call of this has finished or finds SIGNALED (F19):
 * whoever adds a callback on the strength of a 1 adds it before the signal, or not at all.
 */
export function enableLocked(thread: i32, fence: i32): i32 {
  // ORDER: observe: both bits change only under the lock, which we hold.
  const seen = load(fence + Fence.flags)
  if (seen & Flag.Signaled) return 0
  if (seen & Flag.Enabled) return 1
  // ORDER: claim: under the lock one thread sets ENABLED, and so the issuer is asked once (I11).
  or(fence + Fence.flags, Flag.Enabled)
  if (askIssuer(thread, fence, Op.EnableSignaling, 1)) return 1
  signalLocked(thread, fence)
  return 0
}
