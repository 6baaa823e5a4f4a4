/**
 * A `Syncobj`: a place for a fence that may not be there yet, or for the points of a timeline.
 *
 * Whoever waits takes the fence it finds (with a reference) and waits for that one, whatever becomes of the place. Whoever
 * finds none leaves a callback record here, and looks again: so either it finds what was put there before, or
 * whoever puts it there finds the record (`replaceFence` and `addWaiter`, both under the lock).
 */
import { COUNTING, act, resumeCount } from "../actions"
import { Refusal } from "../layout/answer"
import { Action, Callback } from "../layout/callback"
import { Fence } from "../layout/fence"
import { Header } from "../layout/header"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Syncobj } from "../layout/syncobj"
import { Thread } from "../layout/thread"
import { appendLocked, isLinkedLocked, repairLocked, unlinkLocked } from "../list"
import { hasGivenUp, lockToArm } from "../locks/impatient"
import { lock, unlock } from "../locks/lock"
import { give } from "../pool"
import { peek, poke, store } from "../words"
import { takeCallback } from "../fence/callbacks"
import { isSignaled } from "../fence/poll"
import { addRef, dropRef, tryAddRefAt } from "../fence/references"
import { ChainBody } from "../layout/body"
import { BEYOND, createChain, findSeqno, isChain, walkChain } from "./chain"
import { bodyOf } from "./container"
import { createObject } from "./objects"

/** An empty one, or one that is complete. NONE when the heap is full. */
export function createSyncobj(thread: i32, signaled: i32): i32 {
  const syncobj = createObject(thread, ObjectType.Syncobj)
  if (syncobj == Address.None || signaled == 0) return syncobj
  addRef(Header.stub)
  poke(syncobj + Syncobj.fence, Header.stub)
  return syncobj
}

/** Puts another fence in the place, or none, and takes over the caller's reference; wakes whoever waited for one. */
export function replaceFence(thread: i32, syncobj: i32, fence: i32): void {
  lock(thread, syncobj + SharedObject.lock)
  const before = peek(syncobj + Syncobj.fence)
  putFenceLocked(thread, syncobj, fence)
  unlock(thread, syncobj + SharedObject.lock)
  if (before != Address.None) dropRef(thread, before)
}

/** Publishes a fence and wakes the waiters; not when the place becomes empty: they wait for something to be there. */
function putFenceLocked(thread: i32, syncobj: i32, fence: i32): void {
  // ORDER: publish the fence. Pairs with `tryAddRefAt` of `fence/references.ts`: who loads before finds the one before, which
  // stays as memory for its read section, and tries; who loads after finds this one.
  store(syncobj + Syncobj.fence, fence)
  if (fence != Address.None) wakeWaiters(thread, syncobj)
}

/**
 * Goes on, in the name of a dead thread that holds the lock, with what it was changing.
 * DEATH: `Syncobj.fence` is the commit: while something is there nobody waits.
 */
export function repairSyncobj(dead: i32, syncobj: i32): void {
  repairLocked(syncobj + Syncobj.waiters)
  const node = peek(dead + Thread.acting) & ~COUNTING
  if (node != Address.None && peek(node + Callback.fence) == Address.None && !isLinkedLocked(node)) {
    if (peek(node + Callback.code) == Action.AddToCell) resumeCount(dead)
    else act(dead, node)
  }
  poke(dead + Thread.acting, Address.None)
  if (peek(syncobj + Syncobj.fence) != Address.None) wakeWaiters(dead, syncobj)
}

/** Under the lock: something is there. */
function wakeWaiters(thread: i32, syncobj: i32): void {
  let node = peek(syncobj + Syncobj.firstWaiter)
  while (node != Address.None) {
    const next = peek(node + Callback.next)
    // For whoever clears up after us; not one that is delivered: that is its thread's at once.
    if (peek(node + Callback.code) != Action.Deliver) poke(thread + Thread.acting, node)
    unlinkLocked(syncobj + Syncobj.waiters, node)
    act(thread, node)
    poke(thread + Thread.acting, Address.None)
    node = next
  }
}

/** Adds a point to the timeline, on top of what is there: 1, or 0 when the heap is full. The fence stays the caller's. */
export function addPoint(thread: i32, syncobj: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  addRef(fence)
  lock(thread, syncobj + SharedObject.lock)
  // The link takes over the place's reference on what was there.
  const chain = createChain(thread, peek(syncobj + Syncobj.fence), fence, seqnoLo, seqnoHi)
  if (chain != Address.None) {
    addRef(chain)
    putFenceLocked(thread, syncobj, chain)
  }
  unlock(thread, syncobj + SharedObject.lock)
  if (chain == Address.None) {
    dropRef(thread, fence)
    return 0
  }
  // Takes out the links just below that are complete, so that a timeline that is kept up with does not grow.
  const pending = walkChain(thread, chain)
  if (pending != Address.None) dropRef(thread, pending)
  return 1
}

/** The fence there is now, with a reference; NONE if there is none. */
export function fenceIn(thread: i32, syncobj: i32): i32 {
  return tryAddRefAt(thread, syncobj + Syncobj.fence)
}

/** The fence that stands for a point (0: for the place), with a reference; NONE if nothing has been submitted for it. */
export function fenceAt(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  const fence = fenceIn(thread, syncobj)
  if (fence == Address.None) return Address.None
  const found = findSeqno(thread, fence, pointLo, pointHi)
  if (found == BEYOND) {
    dropRef(thread, fence)
    return Address.None
  }
  if (found != Address.None) return found
  addRef(Header.stub)
  return Header.stub
}

/** Writes the last point into the thread's `now` words: the last that was submitted, or the last that is complete. */
export function queryPoint(thread: i32, syncobj: i32, lastSubmitted: i32): void {
  let lo = 0
  let hi = 0
  const newest = fenceIn(thread, syncobj)
  if (newest != Address.None && isChain(newest)) {
    if (lastSubmitted) {
      lo = peek(newest + Fence.seqnoLo)
      hi = peek(newest + Fence.seqnoHi)
      dropRef(thread, newest)
    } else {
      const oldest = oldestPending(thread, newest)
      if (isSignaled(thread, oldest)) {
        lo = peek(oldest + Fence.seqnoLo)
        hi = peek(oldest + Fence.seqnoHi)
      } else {
        lo = peek(bodyOf(oldest) + ChainBody.previousSeqnoLo)
        hi = peek(bodyOf(oldest) + ChainBody.previousSeqnoHi)
      }
      dropRef(thread, oldest)
    }
  } else if (newest != Address.None) dropRef(thread, newest)
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
}

/** The last link of the newest one's context, with a reference; takes over that on the newest. */
function oldestPending(thread: i32, newest: i32): i32 {
  const contextLo = peek(newest + Fence.contextLo)
  const contextHi = peek(newest + Fence.contextHi)
  let oldest = newest
  addRef(newest)
  let at = walkChain(thread, newest)
  while (at != Address.None) {
    if (!isChain(at) || peek(at + Fence.contextLo) != contextLo || peek(at + Fence.contextHi) != contextHi) {
      dropRef(thread, at)
      break
    }
    dropRef(thread, oldest)
    oldest = at
    addRef(at)
    at = walkChain(thread, at)
  }
  return oldest
}

/** Leaves a callback that acts when a fence is put there: its record, NONE when the heap is full, or BUSY. Look again afterwards. */
export function addWaiter(thread: i32, syncobj: i32, action: i32, argument: i32): i32 {
  const node = takeCallback(thread, action, argument)
  if (node == Address.None) return hasGivenUp(thread) ? Refusal.Busy : Address.None
  // A ring needs no argument: this one tells a waiter from a callback that waits for a grace period.
  if (action == Action.RingThread) poke(node + Callback.argument, syncobj)
  if (!lockToArm(thread, syncobj + SharedObject.lock)) {
    give(thread, Kind.Callback, node)
    return Refusal.Busy
  }
  appendLocked(syncobj + Syncobj.waiters, node)
  unlock(thread, syncobj + SharedObject.lock)
  return node
}

/** Takes a callback away: 1 if it had not acted and now will not, BUSY if nothing was done. Its record goes back, unless it is in the mail. */
export function removeWaiter(thread: i32, syncobj: i32, node: i32): i32 {
  const delivers = peek(node + Callback.code) == Action.Deliver
  if (!lockToArm(thread, syncobj + SharedObject.lock)) return Refusal.Busy
  const removed = isLinkedLocked(node)
  if (removed) unlinkLocked(syncobj + Syncobj.waiters, node)
  unlock(thread, syncobj + SharedObject.lock)
  if (removed || !delivers) give(thread, Kind.Callback, node)
  return removed ? 1 : 0
}

/** Nobody holds it: nobody waits, for a waiter holds a reference. (A dead one does not; see `dropWaitersOf`.) */
export function releaseSyncobj(thread: i32, syncobj: i32): void {
  const fence = peek(syncobj + Syncobj.fence)
  if (fence != Address.None) dropRef(thread, fence)
}

/** Takes away, in its name, what a dead thread was waiting with. Afterwards nobody is ringing it from a syncobj any more. */
export function dropWaitersOf(dead: i32, syncobj: i32): void {
  lock(dead, syncobj + SharedObject.lock)
  let node = peek(syncobj + Syncobj.firstWaiter)
  while (node != Address.None) {
    const next = peek(node + Callback.next)
    if (peek(node + Callback.thread) == dead) {
      unlinkLocked(syncobj + Syncobj.waiters, node)
      // One that is delivered goes back by the dead thread's mailbox; one that rings is found by `dropCallbacks`.
      const code = peek(node + Callback.code)
      if (code == Action.Deliver) act(dead, node)
      else if (code != Action.RingThread) give(dead, Kind.Callback, node)
    }
    node = next
  }
  unlock(dead, syncobj + SharedObject.lock)
}
