/**
 * What a dead thread had registered with others: callbacks that would ring it, or be delivered to it, are taken back.
 * Its counters go on, for others may be waiting for them: they belong to nobody, and come back when they have run.
 *
 * All in the name of the dead. DEATH: a record is taken off its list first and given back after; in between it has the
 * dead thread's address and hangs nowhere, and so whoever goes on finds it again.
 */
import { assertTurns } from "../bound"
import { act } from "../actions"
import { Action, Callback } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Families } from "../layout/header"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind, Record } from "../layout/record"
import { Thread } from "../layout/thread"
import { isLinkedLocked, unlinkLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { give, isFence, kindOf, nextInUse } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { tryAddRefTo } from "../refcount"
import { compareExchange, load, peek, poke, store } from "../words"
import { giveWaiterOf, unhangWaitersOf } from "../families"
import { finishMail } from "../fence/callbacks"
import { isLockDead, lockOf } from "../fence/lock"
import { dropRef } from "../fence/references"

/** Takes back all that would come to the dead thread, and what has come. */
export function dropCallbacks(dead: i32): void {
  if (FAMILIES == Families.All) dropSubmissions(dead)
  for (let node = nextInUse(Kind.Callback, Address.None); node != Address.None; node = nextInUse(Kind.Callback, node))
    dropCallback(dead, node)
  emptyMailbox(dead)
  // What is delivered still hangs nowhere, and is not in the mailbox: the dead thread had taken it out.
  for (let node = nextInUse(Kind.Callback, Address.None); node != Address.None; node = nextInUse(Kind.Callback, node)) {
    if (peek(node + Callback.thread) != dead || peek(node + Callback.code) != Action.Deliver) continue
    // ORDER: publish: what waits for a grace period has no fence; it goes back after it, instead of being delivered.
    if (peek(node + Callback.fence) == Address.None) store(node + Callback.code, 0)
    // Its reference is lost: the record may as well be one that was just being made, and has none.
    else give(dead, Kind.Callback, node)
  }
}

/** Takes down whatever waits for submissions to syncobjs. */
function dropSubmissions(dead: i32): void {
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  )
    if (peek(object + SharedObject.type) == ObjectType.Syncobj && peek(object + SharedObject.refs) > 0)
      unhangWaitersOf(dead, object)
  // A pair's second record holds what the first one leads to.
  dropWaiters(dead, Action.RingWaiter)
  dropWaiters(dead, Action.OfWaiter)
}

/** Gives back the dead thread's records of waiters for submissions; none hangs any more. */
function dropWaiters(dead: i32, code: i32): void {
  for (let node = nextInUse(Kind.Callback, Address.None); node != Address.None; node = nextInUse(Kind.Callback, node))
    if (peek(node + Callback.thread) == dead && peek(node + Callback.code) == code) giveWaiterOf(dead, node)
}

function dropCallback(dead: i32, node: i32): void {
  const code = peek(node + Callback.code)
  const thread = peek(node + Callback.thread)
  const fence = peek(node + Callback.fence)
  if (code == Action.AddToCell) {
    if (fence != Address.None && (thread == dead || thread == Address.None)) dropCounter(dead, node, fence)
    return
  }
  if (thread != dead || (code != Action.RingThread && code != Action.Deliver)) return
  if (fence != Address.None) takeOff(dead, node, fence)
  if (code == Action.Deliver) return
  // What waits for a grace period is given back after it.
  if (fence != Address.None) give(dead, Kind.Callback, node)
}

/** Takes a callback off its fence, if it hangs there still. Afterwards nobody is running it. */
function takeOff(dead: i32, node: i32, fence: i32): void {
  if (!holdFence(dead, fence)) return
  const word = lockOf(fence)
  lock(dead, word)
  const linked = hangsOn(fence, node)
  if (linked) unlinkLocked(fence, node)
  // Into the mailbox of the dead: from there it goes back with its reference.
  if (linked && peek(node + Callback.code) == Action.Deliver) act(dead, node)
  unlock(dead, word)
  dropRef(dead, fence)
}

/** A counter that has run goes back; one that has not belongs to nobody from now on. */
function dropCounter(dead: i32, node: i32, fence: i32): void {
  let linked = false
  if (isFence(fence)) {
    if (!holdFence(dead, fence)) return
    const word = lockOf(fence)
    lock(dead, word)
    linked = hangsOn(fence, node)
    unlock(dead, word)
    dropRef(dead, fence)
  }
  if (linked) poke(node + Callback.thread, Address.None)
  else give(dead, Kind.Callback, node)
}

/** Under the fence's lock: whether a callback hangs on it. Its words are not to be trusted: it may be half made. */
function hangsOn(fence: i32, node: i32): bool {
  if ((peek(fence + Fence.flags) & Flag.Signaled) != 0 || !isLinkedLocked(node)) return false
  const previous = peek(node + Callback.previous)
  if (previous == Address.None) return peek(fence + Fence.first) == node
  // A chain's own record, which is in its body, may hang before it.
  const kind = kindOf(previous)
  return (kind == Kind.Callback || kind == Kind.Body) && peek(previous + Callback.next) == node
}

/** Takes a reference on the fence that a callback names, if it is a fence still, and has a lock. */
function holdFence(dead: i32, fence: i32): bool {
  if (kindOf(fence) != Kind.Fence) return false
  readLock(dead)
  // ORDER: observe: in a section a record in use stays so, and its lock with it.
  const held = (load(fence + Record.generation) & 1) != 0 && !isLockDead(fence) && tryAddRefTo(fence + Fence.refs) != 0
  readUnlock(dead)
  return held
}

/** Gives back what has been delivered to the dead thread. One by one: what is not done yet stays in the mailbox. */
function emptyMailbox(dead: i32): void {
  let steps = 0
  while (true) {
    assertTurns(++steps, dead)
    // ORDER: observe the callback. Pairs with `deliver` of `actions.ts`: others push, and nobody else takes.
    const node = load(dead + Thread.mailbox)
    if (node == Address.None) return
    if (compareExchange(dead + Thread.mailbox, node, peek(node + Callback.next)) == node) finishMail(dead, node)
  }
}
