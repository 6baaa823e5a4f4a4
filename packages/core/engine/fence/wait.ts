/** Sleeping until a fence is complete. The host sleeps; the engine says on what. */
import { LONGEST_PAUSE, standAside } from "../backoff"
import { assertFence } from "../check"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Op } from "../layout/module"
import { lock, unlock } from "../locks/lock"
import { mightWait } from "../locks/signaling"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, or, peek } from "../words"
import { enableSignaling } from "./enable"
import { lockOf } from "./lock"
import { NO_OP, opOf } from "./ops"
import { settle } from "./work"

/**
 * Enables signaling and spins a little. 0 when the fence is complete; else the value of `Fence.flags` to sleep on:
 * sleep only while the word has it, and then ask again.
 */
export function prepareWait(thread: i32, fence: i32): i32 {
  assertFence(fence)
  // What this thread has put off (under a reservation's lock, say) may be what completes this very fence.
  settle(thread)
  mightWait(thread)
  // ORDER: observe: only to save the lock; `enableLocked` decides.
  const seen = load(fence + Fence.flags)
  if ((seen & (Flag.Signaled | Flag.Enabled)) == 0) enableSignaling(thread, fence)
  for (let left = peek(Header.spins); left > 0; left--) {
    if (load(fence + Fence.flags) & Flag.Signaled) return 0
    standAside(LONGEST_PAUSE)
  }
  // ORDER: park: PARKED goes up, and what was there tells whether we came too late. Pairs with `complete` in `signal.ts`.
  //  - our bit comes first: the signaler's add returns it, and it wakes us (or the word has changed: we do not sleep);
  //  - the signaler's add comes first: we find SIGNALED, and do not sleep.
  const before = or(fence + Fence.flags, Flag.Parked)
  return before & Flag.Signaled ? 0 : before | Flag.Parked
}

/** After a wait has found the fence complete: waits for its callbacks, which run in the lock hold that completed it. */
export function finishWait(thread: i32, fence: i32): void {
  const word = lockOf(fence)
  lock(thread, word)
  unlock(thread, word)
}

/** Number of the issuer's own `wait`, or -1. Deprecated in the kernel; an issuer that has it stays loaded (see modules.ts). */
export function waitOp(thread: i32, fence: i32): i32 {
  if ((peek(fence + Fence.flags) & Flag.KeepsOps) == 0) return NO_OP
  readLock(thread)
  const op = opOf(thread, fence, Op.Wait)
  readUnlock(thread)
  return op
}
