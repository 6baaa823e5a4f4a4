/** What can be read off a fence, and its error. */
import { assertFence } from "../check"
import { holdWorkKept, resumeWorkKept } from "../deferral"
import * as host from "../host"
import { forgetLock, keepLock } from "../kept"
import { Fence, Flag } from "../layout/fence"
import { Warning } from "../layout/oops"
import { assertHeld, lock, unlock } from "../locks/lock"
import { holds } from "../locks/strategy"
import { peek, poke, or, load, store } from "../words"
import { isWideAbove } from "../wide"
import { lockOf } from "./lock"

/** Largest errno, as in the kernel. */
const MAX_ERRNO: i32 = 4095

/**
 * Gives the fence an error before it is signaled: 0, -1 if it is complete already, -2 if this is no errno. Takes the lock,
 * unless the caller has it: an issuer's function may be called with or without.
 */
export function setError(thread: i32, fence: i32, error: i32): i32 {
  assertFence(fence)
  const word = lockOf(fence)
  if (holds(thread, word)) return setErrorLocked(thread, fence, error)
  lock(thread, word)
  const answer = setErrorLocked(thread, fence, error)
  unlock(thread, word)
  return answer
}

/** The same for a caller that holds the lock. */
export function setErrorLocked(thread: i32, fence: i32, error: i32): i32 {
  if (CHECKED) {
    assertFence(fence)
    assertHeld(thread, lockOf(fence))
  }
  if (error >= 0 || error < -MAX_ERRNO) return -2
  // PLAIN: SIGNALED changes only under the lock, which we hold (I5).
  if (peek(fence + Fence.flags) & Flag.Signaled) return -1
  poke(fence + Fence.error, error)
  return 0
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

/** The issuer's word. Whoever may come before it is written finds 0. */
export function userOf(fence: i32): i32 {
  assertFence(fence)
  // ORDER: observe what was done before it was written. Pairs with `setUser`.
  return load(fence + Fence.user)
}

export function setUser(fence: i32, value: i32): void {
  assertFence(fence)
  // ORDER: publish what was done before. Pairs with `userOf`.
  store(fence + Fence.user, value)
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
  lockKept(thread, lockOf(fence))
}
export function unlockFence(thread: i32, fence: i32): void {
  unlockKept(thread, lockOf(fence))
}

/** The same of the lock that many fences have, by its word. */
export function lockKept(thread: i32, word: i32): void {
  lock(thread, word)
  keepLock(thread, word)
  holdWorkKept(thread)
}
export function unlockKept(thread: i32, word: i32): void {
  if (CHECKED) assertHeld(thread, word)
  resumeWorkKept(thread)
  forgetLock(thread, word)
  unlock(thread, word)
}
