/** Callbacks on a fence: added while it is pending, run once by the signaler, or removed (I2). */
import { assertFence, assertLive } from "../check"
import { Armed, Refusal } from "../layout/answer"
import { Action, Callback, Holder, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { appendLocked, isLinkedLocked, unlinkLocked } from "../list"
import { hasGivenUp, lockToArm } from "../locks/impatient"
import { lock, tryLock, unlock } from "../locks/lock"
import { give, kindOf, take } from "../pool"
import { load, peek, poke } from "../words"
import { enableLocked, lockToEnable } from "./enable"
import { isLockDead, lockOf } from "./lock"
import { addRef, dropRef } from "./references"

/**
 * Adds a callback; returns its record, 0 if the fence is complete (it will then never run), or a `Refusal`.
 * The record is the caller's until `removeCallback`; one to be delivered goes back by `finishMail` and keeps a
 * reference of its own on the fence until then.
 */
export function addCallback(thread: i32, fence: i32, action: i32, argument: i32): i32 {
  assertFence(fence)
  // ORDER: observe: a cheap look first; `enableLocked` looks again under the lock.
  if (load(fence + Fence.flags) & Flag.Signaled) return Armed.Complete
  const word = lockToEnable(thread, fence)
  if (word == Address.None) return Refusal.Busy
  const armed = enableLocked(thread, fence)
  // Only now: whatever goes wrong before, no record is lost by it.
  const node = armed == Armed.Pending ? takeCallback(thread, action, argument) : Address.None
  if (node != Address.None) {
    poke(node + Callback.fence, fence)
    appendLocked(fence, node)
    if (action == Action.Deliver) addRef(fence)
  }
  unlock(thread, word)
  if (armed == Armed.NotArmed) return Refusal.NotArmed
  if (armed == Armed.Complete || node != Address.None) return node
  return hasGivenUp(thread) ? Refusal.Busy : Refusal.Full
}

/** Hangs a record that its owner keeps, and that hangs nowhere: an `Armed`. NOT_ARMED leaves it where it was. */
export function hang(thread: i32, fence: i32, node: i32): i32 {
  assertFence(fence)
  poke(node + Callback.fence, fence)
  // ORDER: observe: a cheap look first; `enableLocked` looks again under the lock.
  if (load(fence + Fence.flags) & Flag.Signaled) return Armed.Complete
  const word = lockToEnable(thread, fence)
  if (word == Address.None) return Armed.NotArmed
  const armed = enableLocked(thread, fence)
  if (armed == Armed.Pending) append(fence, node)
  unlock(thread, word)
  return armed
}

/**
 * The same for a record that may hang already; COMPLETE: then it has run, or never hung. With `anyway` it hangs also
 * when the issuer fails to be asked, and the answer is DEAF: a fence whose signal nobody has asked for may be signaled all
 * the same. NOT_ARMED leaves it where it was in any case.
 */
export function hangAgain(thread: i32, fence: i32, node: i32, anyway: bool): i32 {
  assertFence(fence)
  // A lock goes only when all fences under it are complete.
  if (isLockDead(fence)) return Armed.Complete
  const word = lockToEnable(thread, fence)
  if (word == Address.None) return Armed.NotArmed
  const armed = enableLocked(thread, fence)
  if (armed != Armed.Complete && !isLinkedLocked(node) && (anyway || armed == Armed.Pending)) {
    poke(node + Callback.fence, fence)
    append(fence, node)
  }
  unlock(thread, word)
  return anyway && armed == Armed.NotArmed ? Armed.Deaf : armed
}

/** Under the fence's lock. What the list says comes first: see `composite/chain-repair.ts`. */
function append(fence: i32, node: i32): void {
  appendLocked(fence, node)
  poke(node + Callback.holder, Holder.Signaler)
}

/** Whether a word leads to a record that names this fence: a pending fence's list, and not the time at which it was completed. */
export function isCallbackOf(fence: i32, at: i32): bool {
  const kind = kindOf(at)
  return (kind == Kind.Callback || kind == Kind.Body) && peek(at + Callback.fence) == fence
}

/** Takes a record that its owner keeps off its fence, if it hangs there: afterwards nobody is about to run it. */
export function unhang(thread: i32, fence: i32, node: i32): bool {
  if (isLockDead(fence)) return false
  const word = lockOf(fence)
  lock(thread, word)
  const hung = isLinkedLocked(node)
  if (hung) unlinkLocked(fence, node)
  unlock(thread, word)
  return hung
}

/** The same for who need not know. False if the lock is busy. */
export function tryUnhang(thread: i32, fence: i32, node: i32): bool {
  if (isLockDead(fence)) return true
  const word = lockOf(fence)
  if (!tryLock(thread, word)) return false
  if (isLinkedLocked(node)) unlinkLocked(fence, node)
  unlock(thread, word)
  return true
}

/** A callback record that hangs nowhere; NONE when there is none left. */
export function takeCallback(thread: i32, action: i32, argument: i32): i32 {
  const node = take(thread, Kind.Callback)
  if (node == Address.None) return Address.None
  poke(node + Callback.code, action)
  poke(node + Callback.argument, argument)
  poke(node + Callback.thread, thread)
  poke(node + Callback.fence, Address.None)
  poke(node + Callback.previous, Unlinked.Mark)
  return node
}

/**
 * Removes a callback: 1 if it had not run and now will not, 0 if it has run (not: is running; this waits for it).
 * An engine callback's record is given back either way; a delivered one goes back through the mailbox when it ran.
 */
export function removeCallback(thread: i32, node: i32): i32 {
  assertLive(node)
  const fence = peek(node + Callback.fence)
  assertFence(fence)
  const delivers = peek(node + Callback.code) == Action.Deliver
  // A lock goes only when all fences under it are complete: the callback has run, and only its record is left.
  if (isLockDead(fence) && !delivers) give(thread, Kind.Callback, node)
  const word = lockOf(fence)
  if (!lockToArm(thread, word)) return Refusal.Busy
  const removed = isLinkedLocked(node)
  if (removed) unlinkLocked(fence, node)
  unlock(thread, word)
  if (removed || !delivers) give(thread, Kind.Callback, node)
  if (removed && delivers) dropRef(thread, fence)
  return removed ? 1 : 0
}

/** A delivered callback has been dealt with: gives its record and its reference back; returns the next of the mail. */
export function finishMail(thread: i32, node: i32): i32 {
  const next = peek(node + Callback.next)
  const fence = peek(node + Callback.fence)
  give(thread, Kind.Callback, node)
  if (fence != Address.None) dropRef(thread, fence)
  return next
}
