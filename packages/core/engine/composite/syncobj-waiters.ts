/**
 * Who waits for something to be submitted to a syncobj.
 *
 * A waiter is a pair of callback records: one hangs on the syncobj, the other says for which point, and holds a reference
 * on the syncobj for as long as the pair is in use. A submission hands the fence to every waiter whom it satisfies, under the
 * syncobj's lock: with a reference, in `Callback.fence`. So it does not matter when the waiter comes to look: what was
 * submitted and taken away again in the meantime was given to it.
 *
 * What is handed over is the whole of what is in the place. Which link of a chain the point depends on, the waiter finds
 * out by itself, outside the lock: issuers may be asked on the way.
 */
import { assertSteps } from "../bound"
import { act } from "../actions"
import { assertLive } from "../check"
import * as host from "../host"
import { Refusal } from "../layout/answer"
import { Action, Callback, Wanted } from "../layout/callback"
import { Fence } from "../layout/fence"
import { SharedObject } from "../layout/object"
import { Oops } from "../layout/oops"
import { Address, Kind } from "../layout/record"
import { Syncobj } from "../layout/syncobj"
import { appendLocked, isLinkedLocked, unlinkLocked } from "../list"
import { hasGivenUp, lockToArm } from "../locks/impatient"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { give } from "../pool"
import { isAlive, tagged, untagged } from "../tag"
import { isWideAbove } from "../wide"
import { load, peek, poke, store } from "../words"
import { takeCallback } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { isChain } from "./chain"
import { addObjectRef, dropObjectRef } from "./objects"

/**
 * Waits for a point (0: for anything at all), and rings this thread's bell when it is there: its record, NONE when the heap is
 * full, or BUSY. What is there already is handed over at once. The record goes back by `removeWaiter`, in any case.
 */
export function addWaiter(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  const node = makeWaiter(thread, syncobj, pointLo, pointHi)
  if (node == Address.None) return hasGivenUp(thread) ? Refusal.Busy : Address.None
  if (!lockToArm(thread, syncobj + SharedObject.lock)) {
    giveWaiter(thread, node)
    return Refusal.Busy
  }
  appendLocked(syncobj + Syncobj.waiters, node)
  const fence = peek(syncobj + Syncobj.fence)
  if (satisfies(fence, node)) handOver(thread, syncobj, fence, node)
  unlock(thread, syncobj + SharedObject.lock)
  return node
}

/** The pair, hanging nowhere. DEATH: the code is the commit: until it is written both are records that hold nothing but a syncobj. */
function makeWaiter(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  const wanted = takeCallback(thread, Action.OfWaiter, Address.None)
  if (wanted == Address.None) return Address.None
  const node = takeCallback(thread, Action.OfWaiter, Address.None)
  if (node == Address.None) {
    give(thread, Kind.Callback, wanted)
    return Address.None
  }
  addObjectRef(syncobj)
  poke(wanted + Wanted.syncobj, tagged(syncobj))
  poke(wanted + Wanted.pointLo, pointLo)
  poke(wanted + Wanted.pointHi, pointHi)
  poke(node + Callback.wanted, wanted)
  poke(node + Callback.code, Action.RingWaiter)
  return node
}

/** Under the lock: what is in the place goes to every waiter whom it satisfies; the others go on waiting. */
export function serveWaiters(thread: i32, syncobj: i32): void {
  const fence = peek(syncobj + Syncobj.fence)
  let node = peek(syncobj + Syncobj.firstWaiter)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, syncobj)
    const next = peek(node + Callback.next)
    if (satisfies(fence, node)) handOver(thread, syncobj, fence, node)
    node = next
  }
}

/** Whether a fence is what a waiter waits for: any for point 0, else a chain that has come so far. */
function satisfies(fence: i32, node: i32): bool {
  if (fence == Address.None) return false
  const wanted = peek(node + Callback.wanted)
  const lo = peek(wanted + Wanted.pointLo)
  const hi = peek(wanted + Wanted.pointHi)
  if (lo == 0 && hi == 0) return true
  return isChain(fence) && !isWideAbove(lo, hi, peek(fence + Fence.seqnoLo), peek(fence + Fence.seqnoHi))
}

/** Under the lock: gives a waiter its fence, with a reference, takes it off the list, and lets it know. */
function handOver(thread: i32, syncobj: i32, fence: i32, node: i32): void {
  // If we died after the last submission, it has been given its fence already.
  if (peek(node + Callback.fence) == Address.None) {
    addRef(fence)
    // ORDER: publish the fence to its waiter, who may look before it is rung. Pairs with `takeSubmission`.
    store(node + Callback.fence, fence)
  }
  // For whoever clears up after us: off the list it would not be found.
  poke(thread + Thread.acting, node)
  unlinkLocked(syncobj + Syncobj.waiters, node)
  act(thread, node)
  poke(thread + Thread.acting, Address.None)
}

/** What was handed to a waiter, and its reference: NONE if nothing was, or it has been taken. For the waiter's own thread. */
export function takeSubmission(node: i32): i32 {
  // ORDER: observe the fence. Pairs with `handOver`, which writes it once; only its own thread takes it away.
  const fence = load(node + Callback.fence)
  if (fence != Address.None) poke(node + Callback.fence, Address.None)
  return fence
}

/** Takes a waiter away: 1 if it waited still, 0 if it has been served, BUSY if nothing was done. Its records go back. */
export function removeWaiter(thread: i32, node: i32): i32 {
  assertLive(node)
  const syncobj = awaitedBy(node)
  if (!lockToArm(thread, syncobj + SharedObject.lock)) return Refusal.Busy
  const removed = isLinkedLocked(node)
  if (removed) unlinkLocked(syncobj + Syncobj.waiters, node)
  unlock(thread, syncobj + SharedObject.lock)
  giveWaiter(thread, node)
  return removed ? 1 : 0
}

/** The syncobj that a waiter waits for. It is in the same life: the pair holds it. */
function awaitedBy(node: i32): i32 {
  const pointer = peek(peek(node + Callback.wanted) + Wanted.syncobj)
  if (!isAlive(pointer)) host.oops(Oops.UseAfterFree, untagged(pointer), pointer, 0)
  return untagged(pointer)
}

/** Gives back a waiter that hangs nowhere: what it was handed and nobody took, its hold on the syncobj, and both records. */
function giveWaiter(thread: i32, node: i32): void {
  const fence = takeSubmission(node)
  if (fence != Address.None) dropRef(thread, fence)
  const wanted = peek(node + Callback.wanted)
  give(thread, Kind.Callback, node)
  giveWanted(thread, wanted)
}

function giveWanted(thread: i32, wanted: i32): void {
  const syncobj = untagged(peek(wanted + Wanted.syncobj))
  poke(wanted + Wanted.syncobj, Address.None)
  if (syncobj != Address.None) dropObjectRef(thread, syncobj)
  give(thread, Kind.Callback, wanted)
}

/** Takes off, in its name, what a dead thread was waiting with. Afterwards nobody is ringing it from this syncobj any more. */
export function unhangWaitersOf(dead: i32, syncobj: i32): void {
  lock(dead, syncobj + SharedObject.lock)
  let node = peek(syncobj + Syncobj.firstWaiter)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, syncobj)
    const next = peek(node + Callback.next)
    if (peek(node + Callback.thread) == dead) unlinkLocked(syncobj + Syncobj.waiters, node)
    node = next
  }
  unlock(dead, syncobj + SharedObject.lock)
}

/** Gives back a record of a dead thread's waiter, which hangs nowhere: the pair, or what is left of one. */
export function giveWaiterOf(dead: i32, node: i32): void {
  if (peek(node + Callback.code) == Action.RingWaiter) giveWaiter(dead, node)
  else giveWanted(dead, node)
}
