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
import { unlock } from "../locks/lock"
import { give } from "../pool"
import { isAlive, tagged, untagged } from "../tag"
import { isWideAbove } from "../wide"
import { load, peek, poke, store } from "../words"
import { takeCallback } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { isChain } from "./chain"
import { addObjectRef, dropObjectRef } from "./objects"

/**
 * Waits for a point (0: for anything at all): its record, NONE when the heap is full, or BUSY. The action is `RingWaiter` or
 * `DeliverWaiter`. What is there already is handed over at once. The record goes back by `removeWaiter`, or, once delivered, with
 * the mail.
 */
export function addWaiter(thread: i32, syncobj: i32, action: i32, argument: i32, pointLo: i32, pointHi: i32): i32 {
  const wanted = takeCallback(thread, Action.Wanted, 0)
  const node = wanted == Address.None ? Address.None : takeCallback(thread, action, argument)
  if (node == Address.None) {
    if (wanted != Address.None) give(thread, Kind.Callback, wanted)
    return hasGivenUp(thread) ? Refusal.Busy : Address.None
  }
  addObjectRef(syncobj)
  poke(wanted + Wanted.syncobj, tagged(syncobj))
  poke(wanted + Wanted.pointLo, pointLo)
  poke(wanted + Wanted.pointHi, pointHi)
  poke(node + Callback.wanted, wanted)
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

/** Under the lock: what is in the place goes to every waiter whom it satisfies; the others go on waiting. */
export function serveWaiters(thread: i32, syncobj: i32): void {
  const fence = peek(syncobj + Syncobj.fence)
  let node = peek(syncobj + Syncobj.firstWaiter)
  while (node != Address.None) {
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
  unlinkLocked(syncobj + Syncobj.waiters, node)
  act(thread, node)
}

/** What was handed to a waiter, and its reference: NONE if nothing was, or it has been taken. For the waiter's own thread. */
export function takeSubmission(node: i32): i32 {
  // ORDER: observe the fence. Pairs with `handOver`, which writes it once; only its own thread takes it away.
  const fence = load(node + Callback.fence)
  if (fence != Address.None) poke(node + Callback.fence, Address.None)
  return fence
}

/** Takes a waiter away: 1 if it waited still, 0 if it has been served, BUSY if nothing was done. Its records go back, unless they are in the mail. */
export function removeWaiter(thread: i32, node: i32): i32 {
  assertLive(node)
  const delivers = peek(node + Callback.code) == Action.DeliverWaiter
  const syncobj = awaitedBy(node)
  if (!lockToArm(thread, syncobj + SharedObject.lock)) return Refusal.Busy
  const removed = isLinkedLocked(node)
  if (removed) unlinkLocked(syncobj + Syncobj.waiters, node)
  unlock(thread, syncobj + SharedObject.lock)
  if (removed || !delivers) giveWaiter(thread, node)
  return removed ? 1 : 0
}

/** The syncobj that a waiter waits for. It is there: the pair holds it. */
function awaitedBy(node: i32): i32 {
  const pointer = peek(peek(node + Callback.wanted) + Wanted.syncobj)
  if (!isAlive(pointer)) host.oops(Oops.UseAfterFree, untagged(pointer), pointer, 0)
  return untagged(pointer)
}

/** Gives back a waiter that hangs nowhere: both records, what it was handed and nobody took, and its hold on the syncobj. */
export function giveWaiter(thread: i32, node: i32): void {
  const syncobj = awaitedBy(node)
  const fence = peek(node + Callback.fence)
  give(thread, Kind.Callback, peek(node + Callback.wanted))
  give(thread, Kind.Callback, node)
  if (fence != Address.None) dropRef(thread, fence)
  dropObjectRef(thread, syncobj)
}

/** Takes away the waiters of a thread that has died. */
export function dropWaitersOf(thread: i32, dead: i32, syncobj: i32): void {
  let node = peek(syncobj + Syncobj.firstWaiter)
  while (node != Address.None) {
    const next = peek(node + Callback.next)
    if (peek(node + Callback.thread) == dead) {
      unlinkLocked(syncobj + Syncobj.waiters, node)
      giveWaiter(thread, node)
    }
    node = next
  }
}
