/** Callbacks on a fence: added while it is pending, run once by the signaler, or removed (I2). */
import { assertFence, assertLive } from "../check"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { appendLocked, isLinkedLocked, unlinkLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { give, take } from "../pool"
import { load, peek, poke } from "../words"
import { enableLocked } from "./enable"
import { isLockDead, lockOf } from "./lock"
import { addRef, dropRef } from "./references"

/** `addCallback`'s answer when there is no callback record left; 0 says that the fence is complete. */
const FULL: i32 = -1

/**
 * Adds a callback; returns its record, 0 if the fence is complete (it will then never run), -1 if the heap is full.
 * The record is the caller's until `removeCallback`; one to be delivered goes back by `finishMail` and keeps a
 * reference of its own on the fence until then.
 */
export function addCallback(thread: i32, fence: i32, action: i32, argument: i32): i32 {
  assertFence(fence)
  // ORDER: observe: a cheap look first; `enableLocked` looks again under the lock.
  if (load(fence + Fence.flags) & Flag.Signaled) return 0
  // Before the record is taken: if the lock has gone this oopses, and nothing may be lost by it.
  const word = lockOf(fence)
  const node = takeCallback(thread, action, argument)
  if (node == Address.None) return FULL
  lock(thread, word)
  const pending = enableLocked(thread, fence)
  if (pending) {
    poke(node + Callback.fence, fence)
    appendLocked(fence, node)
    if (action == Action.Deliver) addRef(fence)
  }
  unlock(thread, word)
  if (pending) return node
  give(thread, Kind.Callback, node)
  return 0
}

/** Hangs a record that its owner keeps, whatever comes: 1, or 0 if the fence is complete. */
export function hang(thread: i32, fence: i32, node: i32): i32 {
  assertFence(fence)
  poke(node + Callback.fence, fence)
  // ORDER: observe: a cheap look first; `enableLocked` looks again under the lock.
  if (load(fence + Fence.flags) & Flag.Signaled) return 0
  const word = lockOf(fence)
  lock(thread, word)
  const pending = enableLocked(thread, fence)
  if (pending) appendLocked(fence, node)
  unlock(thread, word)
  return pending
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
  lock(thread, word)
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
