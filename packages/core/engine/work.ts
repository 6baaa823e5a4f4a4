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
import { OBJECT, TOLD, nextItem, recordOf, releaseOf } from "./deferral"
import {
  advanceChain,
  callFunction,
  finishArray,
  finishDependency,
  finishJob,
  isPutOff,
  isRetried,
  postpone,
} from "./families"
import { tellForeign } from "./families/foreign"
import { leaveClosedTimeline } from "./fence/timelines"
import { Action, Callback } from "./layout/callback"
import { Families } from "./layout/header"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { giveUpFence, leaveFence, leaveObject, releaseFence, releaseObject } from "./release"
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
  // Or after it had put it off once more.
  else if (node != Address.None && isPutOff(owner, recordOf(node))) node = Address.None
  let turns = 0
  while (true) {
    assertTurns(++turns, owner)
    if (node != Address.None && !finishOne(thread, owner, node) && !postpone(thread, owner, node)) return
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
  const record = recordOf(item)
  const release = releaseOf(item)
  if (release != 0) {
    if (FAMILIES == Families.Fences && release == OBJECT) tellForeign(record)
    if (!(release == OBJECT ? leaveObject(thread, record) : leaveFence(thread, record))) return false
    if (release == TOLD && !leaveClosedTimeline(thread, record, isRetried(item))) return false
    poke(owner + Thread.working, Address.None)
    if (release == OBJECT) releaseObject(thread, record)
    else if (release == TOLD) giveUpFence(thread, record)
    else releaseFence(thread, record)
    return true
  }
  if (FAMILIES != Families.All) {
    tellForeign(record)
    return true
  }
  const container = peek(record + Callback.argument)
  const action = peek(record + Callback.code)
  if (action == Action.ModuleFunction) {
    poke(owner + Thread.working, Address.None)
    callFunction(thread, owner, record)
    return true
  }
  // Its owner died in the middle of this, and it has hung since: whoever completes that goes on, or has.
  if (peek(record + Callback.holder) != owner) {
    poke(owner + Thread.working, Address.None)
    return true
  }
  if (action == Action.ChainLink) return advanceChain(thread, owner, container)
  if (action == Action.JobDone) finishJob(thread, owner, container)
  else if (action == Action.DependencySeen) return finishDependency(thread, owner, container)
  else return finishArray(thread, owner, container)
  return true
}
