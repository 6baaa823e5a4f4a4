/** Sleeping until a fence is complete. The host sleeps; the engine says on what. */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { lockToArm } from "../locks/impatient"
import { unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, or, peek } from "../words"
import { lockOf } from "./lock"
import { NO_OP, opOf } from "./ops"

/** Whether nobody has asked for signaling yet, and the fence is not known to be complete: ask before you sleep. */
export function isToBeEnabled(fence: i32): bool {
  // ORDER: observe: only to save the lock; `enableLocked` decides.
  return (load(fence + Fence.flags) & (Flag.Signaled | Flag.Enabled)) == 0
}

/** Spins a little. 0 when the fence is complete; else the value of `Fence.flags` to sleep on. */
export function spinAndPark(fence: i32): i32 {
  for (let left = roundsToSpin(); left > 0; left--) {
    if (load(fence + Fence.flags) & Flag.Signaled) return 0
    standAside(LONGEST_PAUSE)
  }
  // ORDER: park: PARKED goes up, and what was there tells whether we came too late. Pairs with `complete` in `signal.ts`.
  //  - our bit comes first: the signaler's add returns it, and it wakes us (or the word has changed: we do not sleep);
  //  - the signaler's add comes first: we find SIGNALED, and do not sleep.
  const before = or(fence + Fence.flags, Flag.Parked)
  return before & Flag.Signaled ? 0 : before | Flag.Parked
}

/**
 * After a wait has found the fence complete: waits for its callbacks, which run in the lock hold that completed it.
 * False if the lock is busy and the caller is impatient.
 */
export function waitForCallbacks(thread: i32, fence: i32): bool {
  const word = lockOf(fence)
  if (!lockToArm(thread, word)) return false
  unlock(thread, word)
  return true
}

/** Number of the issuer's own `wait`, or -1. Deprecated in the kernel; an issuer that has it stays loaded (see modules.ts). */
export function waitOp(thread: i32, fence: i32): i32 {
  if ((peek(fence + Fence.flags) & Flag.KeepsOps) == 0) return NO_OP
  readLock(thread)
  const op = opOf(thread, fence, Op.Wait)
  readUnlock(thread)
  return op
}
