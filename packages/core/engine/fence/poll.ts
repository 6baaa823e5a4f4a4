/** Asking whether a fence is complete, in the ways that may ask the issuer. */
import { assertFence } from "../check"
import { Fence, Flag } from "../layout/fence"
import { Op } from "../layout/module"
import { Address } from "../layout/record"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek } from "../words"
import { lock, unlock } from "../locks/lock"
import { isAskedOpenly } from "./enable"
import { lockOf } from "./lock"
import { askIssuer } from "./ops"
import { signalLocked, trySignal } from "./signal"

/** Whether the fence is complete. May ask the issuer, and if it says yes, signals: any reader can become the signaler. */
export function isSignaled(thread: i32, fence: i32): i32 {
  const known = isKnown(fence)
  return known >= 0 ? known : askWhetherSignaled(thread, fence)
}

/** Whether the fence is complete, or -1 if that is for its issuer to say. */
// @inline
export function isKnown(fence: i32): i32 {
  assertFence(fence)
  // ORDER: observe error and timestamp, as in `hasSignaled`.
  const flags = load(fence + Fence.flags)
  if (flags & Flag.Signaled) return 1
  return flags & Flag.Polls ? -1 : 0
}

/** Asks the issuer of a fence that was pending, and signals if it says yes. */
export function askWhetherSignaled(thread: i32, fence: i32): i32 {
  // An issuer that fails has not said that the fence is complete.
  if (askIssuer(thread, fence, Op.PollSignaled, 0, Address.None) <= 0) return 0
  return trySignal(thread, fence) ? 1 : 0
}

/** The same for a caller that holds the lock. Where issuers are asked without it: whether the fence is known to be complete. */
export function isSignaledLocked(thread: i32, fence: i32): i32 {
  // ORDER: observe: SIGNALED changes only under the lock, which we hold.
  const flags = load(fence + Fence.flags)
  if (flags & Flag.Signaled) return 1
  if (isAskedOpenly(fence)) return 0
  if ((flags & Flag.Polls) == 0 || askIssuer(thread, fence, Op.PollSignaled, 0, Address.None) <= 0) return 0
  signalLocked(thread, fence)
  return 1
}

/** Whether the fence that a cell points to is complete, without taking a reference: 1, 0, or -1 if the cell is empty. */
export function hasSignaledAt(thread: i32, cell: i32): i32 {
  readLock(thread)
  // ORDER: observe the fence's record. Pairs with `publish` and `replace` of `cells.ts`.
  const fence = load(cell)
  // ORDER: observe error and timestamp, as in `hasSignaled`.
  const answer = fence == Address.None ? -1 : load(fence + Fence.flags) & Flag.Signaled ? 1 : 0
  readUnlock(thread)
  return answer
}

/** 0 while pending, 1 when complete, a negative errno when complete with an error. Its issuer is asked before the lock is taken. */
export function status(thread: i32, fence: i32): i32 {
  if (!isSignaled(thread, fence)) return 0
  const word = lockOf(fence)
  lock(thread, word)
  const error = peek(fence + Fence.error)
  unlock(thread, word)
  return error != 0 ? error : 1
}
