/** What can be read off a fence, and its error. */
import { assertFence } from "../check"
import { holdWorkKept, resumeWorkKept } from "../deferral"
import * as host from "../host"
import { Fence, Flag } from "../layout/fence"
import { Warning } from "../layout/oops"
import { lock, unlock } from "../locks/lock"
import { peek, poke, or, load } from "../words"
import { isWideAbove } from "../wide"
import { lockOf } from "./lock"

/** Largest errno, as in the kernel. */
const MAX_ERRNO: i32 = 4095

/** Gives the fence an error before it is signaled: 0, -1 if it is complete already, -2 if this is no errno. */
export function setError(thread: i32, fence: i32, error: i32): i32 {
  assertFence(fence)
  if (error >= 0 || error < -MAX_ERRNO) return -2
  const word = lockOf(fence)
  lock(thread, word)
  // PLAIN: SIGNALED changes only under the lock, which we hold (I5).
  const late = (peek(fence + Fence.flags) & Flag.Signaled) != 0
  if (!late) poke(fence + Fence.error, error)
  unlock(thread, word)
  return late ? -1 : 0
}

/** Whether the first fence comes after the second on their one context; seqnos of 32 bits may wrap. */
export function isLater(first: i32, second: i32): i32 {
  assertFence(first)
  assertFence(second)
  // PLAIN throughout: context and seqno never change.
  if (
    peek(first + Fence.contextLo) != peek(second + Fence.contextLo) ||
    peek(first + Fence.contextHi) != peek(second + Fence.contextHi)
  ) {
    host.warn(Warning.DifferentContexts, first, second)
    return 0
  }
  return isLaterOnContext(first, second) ? 1 : 0
}

/** Whether `a` comes after `b` on their one context. */
export function isLaterOnContext(a: i32, b: i32): bool {
  const lo = peek(a + Fence.seqnoLo)
  const otherLo = peek(b + Fence.seqnoLo)
  if ((peek(a + Fence.flags) & Flag.Seqno64) == 0) return ((lo - otherLo) | 0) > 0
  return isWideAbove(lo, peek(a + Fence.seqnoHi), otherLo, peek(b + Fence.seqnoHi))
}

/** Sets one of the issuer's own flag bits (`Flag.User` and above): 1 if it was clear. */
export function claimUserBit(fence: i32, bit: i32): i32 {
  assertFence(fence)
  // ORDER: claim: one caller finds the bit clear; the others are told that they were not the first.
  return (or(fence + Fence.flags, bit) & bit) == 0 ? 1 : 0
}

/** The flags as they are now. */
export function flagsOf(fence: i32): i32 {
  assertFence(fence)
  // ORDER: observe error and timestamp, as in `hasSignaled`.
  return load(fence + Fence.flags)
}

/** Takes and gives back the fence's own lock: for issuers, and for `signalLocked`. */
export function lockFence(thread: i32, fence: i32): void {
  assertFence(fence)
  lock(thread, lockOf(fence))
  holdWorkKept(thread)
}
export function unlockFence(thread: i32, fence: i32): void {
  resumeWorkKept(thread)
  unlock(thread, lockOf(fence))
}
