/**
 * Deferred work: completing containers, ending jobs and releasing records when no lock of a fence is held (the
 * kernel's irq_work).
 *
 * A member completes under its own lock, and whoever arms a container holds the container's lock while it takes the
 * members': so a member must not take its container's (B9). It puts it off, and every export that may have completed
 * a fence or dropped a reference settles before it returns. Newest first, as in the kernel: nobody may count on an
 * order. What is put off meanwhile joins the loop: a chain of a hundred thousand links is released without recursion.
 */
import { assertTurns } from "./bound"
import { isFence, isObject, nextItem, putOff, recordOf } from "./deferral"
import { advanceChain, finishArray, finishDependency, finishJob, isRetried } from "./families"
import { callFunction } from "./functions"
import * as host from "./host"
import { Action, Callback } from "./layout/callback"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { releaseFence, releaseObject } from "./release"
import { peek, poke } from "./words"

/** Does what was put off, unless a lock is held: then whoever gives that back settles. PLAIN: all of it is the thread's own. */
// @inline
export function settle(thread: i32): void {
  if (peek(thread + Thread.work) != Address.None) settleSlow(thread, false)
}

/**
 * After an oops, when the thread is as it was before: does the rest, for others may wait for it, and this thread may never come
 * back. What has failed waits for the thread's next operation. May end in another oops: then there is less left.
 */
export function settleRest(thread: i32): void {
  settleSlow(thread, true)
}

function settleSlow(thread: i32, onlyFresh: bool): void {
  if (peek(thread + Thread.deferring) != 0) return
  // Issuers may be told that a fence is released, and call us: what they put off joins this loop instead of nesting.
  poke(thread + Thread.deferring, 1)
  finishWork(thread, thread, onlyFresh)
  poke(thread + Thread.deferring, 0)
}

/** Deals with the work that `owner` put off; it may be another thread, which has died. `onlyFresh`: up to what has failed before. */
export function finishWork(thread: i32, owner: i32, onlyFresh: bool): void {
  let node = peek(owner + Thread.working)
  // It died between the two writes below: once is enough.
  if (node != Address.None && peek(owner + Thread.work) == node) poke(owner + Thread.work, nextItem(node))
  let turns = 0
  while (true) {
    assertTurns(++turns, owner)
    if (node != Address.None && !finishOne(thread, owner, node)) return postpone(thread, owner, node)
    node = peek(owner + Thread.work)
    if (node == Address.None || (onlyFresh && isRetried(node))) return
    poke(owner + Thread.working, node)
    poke(owner + Thread.work, nextItem(node))
  }
}

/**
 * `Thread.working` is cleared before a reference goes: signaling twice does no harm, dropping twice would. A release is
 * nothing but dropping, so it is cleared before that. False if the item must wait for a lock.
 */
function finishOne(thread: i32, owner: i32, item: i32): bool {
  if (isFence(item) || isObject(item)) {
    poke(owner + Thread.working, Address.None)
    if (isFence(item)) releaseFence(thread, recordOf(item))
    else releaseObject(thread, recordOf(item))
    return true
  }
  const container = peek(recordOf(item) + Callback.argument)
  const action = peek(recordOf(item) + Callback.code)
  if (action == Action.ModuleFunction) {
    poke(owner + Thread.working, Address.None)
    callFunction(thread, owner, recordOf(item))
    return true
  }
  // Its owner died in the middle of this, and it has hung since: whoever completes that goes on, or has.
  if (peek(recordOf(item) + Callback.holder) != owner) {
    poke(owner + Thread.working, Address.None)
    return true
  }
  if (action == Action.ChainLink) return advanceChain(thread, owner, container)
  if (action == Action.JobDone) finishJob(thread, owner, container)
  else if (action == Action.DependencySeen) return finishDependency(thread, owner, container)
  else return finishArray(thread, owner, container)
  return true
}

/** A lock was busy, and the operation is impatient: the next one goes on from here, or the end of the turn (turn.ts). */
function postpone(thread: i32, owner: i32, node: i32): void {
  putOff(thread, recordOf(node))
  poke(owner + Thread.working, Address.None)
  if (peek(thread + Thread.turns) != 0) return
  poke(thread + Thread.turns, 1)
  host.turn(thread)
}
