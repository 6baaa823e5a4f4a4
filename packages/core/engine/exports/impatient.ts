/**
 * The impatient forms: they spin `Header.spins` rounds for a lock, and never sleep for one, so that a wait with a
 * bound returns at its bound though a lock's holder is dead.
 */
import { waitForCallbacks } from "../fence/wait"
import { Patience } from "../layout/answer"
import { Thread } from "../layout/thread"
import { poke } from "../words"
import { addCallback, isSignaled, prepareWait, removeCallback } from "./fences"
import { findSeqno } from "./containers"
import { addWaiter, fenceAt, removeWaiter } from "./objects"

/** PLAIN: the word is its thread's own, for the length of one operation. */
// @inline
function beginImpatience(thread: i32): void {
  poke(thread + Thread.impatient, Patience.Impatient)
}
// @inline
function endImpatience(thread: i32): void {
  poke(thread + Thread.impatient, Patience.Patient)
}

/** `addCallback`; -2 also when a lock is busy: then nothing was done. */
export function tryAddCallback(thread: i32, fence: i32, action: i32, argument: i32): i32 {
  beginImpatience(thread)
  const node = addCallback(thread, fence, action, argument)
  endImpatience(thread)
  return node
}

/** `removeCallback`; -2 when a lock is busy: then nothing was done. */
export function tryRemoveCallback(thread: i32, node: i32): i32 {
  beginImpatience(thread)
  const removed = removeCallback(thread, node)
  endImpatience(thread)
  return removed
}

/** `prepareWait`; the fence may not be armed although there is a value to sleep on: sleep a little, and ask again. */
export function tryPrepareWait(thread: i32, fence: i32): i32 {
  beginImpatience(thread)
  const value = prepareWait(thread, fence)
  endImpatience(thread)
  return value
}

/** `finishWait`: 1 when the lock was seen free, 0 when it is busy. */
export function tryFinishWait(thread: i32, fence: i32): i32 {
  beginImpatience(thread)
  const done = waitForCallbacks(thread, fence)
  endImpatience(thread)
  return done ? 1 : 0
}

/** `isSignaled`: 0 also when it is complete by its issuer's word and a lock is busy: ask again. */
export function tryIsSignaled(thread: i32, fence: i32): i32 {
  beginImpatience(thread)
  const complete = isSignaled(thread, fence)
  endImpatience(thread)
  return complete
}

/** `fenceAt`: links whose completion is held up by a busy lock count as pending. */
export function tryFenceAt(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  beginImpatience(thread)
  const fence = fenceAt(thread, syncobj, pointLo, pointHi)
  endImpatience(thread)
  return fence
}

/** `findSeqno`, likewise. */
export function tryFindSeqno(thread: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  beginImpatience(thread)
  const found = findSeqno(thread, fence, seqnoLo, seqnoHi)
  endImpatience(thread)
  return found
}

/** `addWaiter`: its record, 0 when the heap is full, -2 when a lock is busy. */
export function tryAddWaiter(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  beginImpatience(thread)
  const node = addWaiter(thread, syncobj, pointLo, pointHi)
  endImpatience(thread)
  return node
}

/** `removeWaiter`: 1, 0, or -2 when a lock is busy. */
export function tryRemoveWaiter(thread: i32, node: i32): i32 {
  beginImpatience(thread)
  const removed = removeWaiter(thread, node)
  endImpatience(thread)
  return removed
}
