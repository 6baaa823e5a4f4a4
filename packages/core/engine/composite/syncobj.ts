/**
 * A `Syncobj`: a place for a fence that may not be there yet, or for the points of a timeline.
 *
 * A waiter takes the fence that it finds, with a reference, and waits for that one, whatever becomes of the place. A waiter
 * that finds none is given the fence by its submission (`syncobj-waiters.ts`), or finds it when it hangs itself up: both
 * happen under the lock.
 */
import { assertSteps } from "../bound"
import { act } from "../actions"
import { Action, Callback } from "../layout/callback"
import { Fence } from "../layout/fence"
import { Header } from "../layout/header"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Syncobj } from "../layout/syncobj"
import { Thread } from "../layout/thread"
import { repairLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { peek, poke, store } from "../words"
import { isSignaled } from "../fence/poll"
import { addRef, dropRef, tryAddRefAt } from "../fence/references"
import { ChainBody } from "../layout/body"
import { BEYOND, createChain, findSeqno, isChain, walkChain } from "./chain"
import { bodyOf } from "./container"
import { publishObject, takeObject } from "./objects"
import { serveWaiters } from "./syncobj-waiters"

/** An empty one, or one that is complete. NONE when the heap is full. */
export function createSyncobj(thread: i32, signaled: i32): i32 {
  const syncobj = takeObject(thread, ObjectType.Syncobj)
  if (syncobj == Address.None) return Address.None
  if (signaled != 0) {
    addRef(Header.stub)
    poke(syncobj + Syncobj.fence, Header.stub)
  }
  publishObject(syncobj)
  return syncobj
}

/** Puts another fence in the place, or none, and takes over the caller's reference; hands it to the waiters. */
export function replaceFence(thread: i32, syncobj: i32, fence: i32): void {
  lock(thread, syncobj + SharedObject.lock)
  const before = peek(syncobj + Syncobj.fence)
  putFenceLocked(thread, syncobj, fence)
  unlock(thread, syncobj + SharedObject.lock)
  if (before != Address.None) dropRef(thread, before)
}

/** Under the lock: publishes a fence, and hands it to those whom it satisfies. */
function putFenceLocked(thread: i32, syncobj: i32, fence: i32): void {
  // ORDER: publish the fence. Pairs with `tryAddRefAt` of `fence/references.ts`: who loads before finds the one before, which
  // stays as memory for its read section, and tries; who loads after finds this one.
  store(syncobj + Syncobj.fence, fence)
  serveWaiters(thread, syncobj)
}

/**
 * Goes on, in the name of a dead thread that holds the lock, with what it was changing.
 * DEATH: `Syncobj.fence` is the commit: whom it satisfies is served.
 */
export function repairSyncobj(dead: i32, syncobj: i32): void {
  repairLocked(syncobj + Syncobj.waiters)
  // Whom it was serving last may not know of it: a ring too many does no harm.
  const node = peek(dead + Thread.acting)
  if (node != Address.None && peek(node + Callback.code) == Action.RingWaiter) act(dead, node)
  poke(dead + Thread.acting, Address.None)
  serveWaiters(dead, syncobj)
}

/** Adds a point to the timeline, on top of what is there: 1, or 0 when the heap is full. The fence stays the caller's. */
export function addPoint(thread: i32, syncobj: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  addRef(fence)
  lock(thread, syncobj + SharedObject.lock)
  // The link takes over the place's reference on what was there.
  const chain = createChain(thread, peek(syncobj + Syncobj.fence), fence, seqnoLo, seqnoHi)
  if (chain != Address.None) {
    // For the walk below.
    addRef(chain)
    putFenceLocked(thread, syncobj, chain)
  }
  unlock(thread, syncobj + SharedObject.lock)
  if (chain == Address.None) {
    dropRef(thread, fence)
    return 0
  }
  // Takes out every link below that is complete: a timeline has no more links than points that are pending, whether
  // anybody reads it or not. The walk takes over our reference on the link.
  let steps = 0
  for (let at = chain; at != Address.None; at = walkChain(thread, at)) assertSteps(++steps, Kind.Fence, chain)
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
  let steps = 0
  while (at != Address.None) {
    assertSteps(++steps, Kind.Fence, newest)
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

/** Nobody holds it, and so nobody waits: a waiter holds it. */
export function releaseSyncobj(thread: i32, syncobj: i32): void {
  const fence = peek(syncobj + Syncobj.fence)
  if (fence != Address.None) dropRef(thread, fence)
}
