/**
 * Clearing up after a thread that died: it may have stood anywhere between two shared accesses.
 *
 * What can be known is put right: its read section ends, its locks are taken over and given back, the callbacks of a
 * fence it was completing run, its private stores return to the depots, what was to be delivered to it is dropped.
 * What cannot be known is lost: references in its local variables. The accounts show them.
 */
import { act, ring, takeMail } from "../actions"
import { holdWork, nextItem, resumeWork } from "../deferral"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Header, Pool } from "../layout/header"
import { Lock } from "../layout/module"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind, Record, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { isLinkedLocked, repairLocked, unlinkLocked } from "../list"
import { lock, ownerOf, unlock } from "../locks/lock"
import { PARKED } from "../locks/word"
import { flushCaches, give, poolOf, repairDepot } from "../pool"
import { beginReclaim, release } from "../threads"
import { add, exchange, load, peek, poke, store, wake } from "../words"
import { repairSoftTimeline } from "../composite/soft-timeline"
import { dropWaitersOf, repairSyncobj } from "../composite/syncobj"
import { endOrphans, repairScheduler } from "../scheduler/repair"
import { finishMail } from "./callbacks"
import { isLockDead, lockOf } from "./lock"
import { dropRef } from "./references"
import { runCallbacks } from "./signal"
import { finishWork, settle } from "../work"

const EVERYONE: i32 = 0x7fffffff

/** Clears up after `dead`, whose thread no longer runs: 1, or 0 if there was nothing to do or somebody else is at it. */
export function reclaim(thread: i32, dead: i32): i32 {
  if (!beginReclaim(dead)) return 0
  // ORDER: publish the end of its read section: grace periods go on.
  store(dead + Thread.epoch, 0)
  poke(dead + Thread.nesting, 0)
  const id = peek(dead + Thread.id)
  for (let kind = 0; kind < Kind.Count; kind++) {
    const pool = poolOf(kind)
    if (ownerOf(pool + Pool.lock) == id) repairDepot(pool)
    breakLock(pool + Pool.lock, id)
  }
  breakLock(Header.modulesLock, id)
  repairObjects(thread, id)
  finishFences(thread, dead, id)
  adoptWork(thread, dead)
  endOrphans(thread, id)
  dropDeliveries(thread, dead)
  dropWaitersOf(thread, dead)
  for (let node = takeMail(dead); node != Address.None;) node = finishMail(thread, node)
  flushCaches(thread, dead)
  wakeInstead(dead)
  release(dead)
  ringEverybody()
  return 1
}

/** Gives back a lock on behalf of its dead holder; true if it held it. */
function breakLock(word: i32, id: i32): bool {
  if (ownerOf(word) != id) return false
  // ORDER: wake: as `unlock` would have, but all: of those who wait with a ticket each must decide anew. The dead holder
  // cannot race with us; sleepers may still set PARKED.
  if (exchange(word, 0) & PARKED) wake(word, EVERYONE)
  // ORDER: claim: a count for the accounts.
  add(Header.brokenLocks, 1)
  return true
}

/** A lock that is given back wakes one of those who sleep on it. If that was the dead thread, the others sleep on. */
function wakeInstead(dead: i32): void {
  const word = peek(dead + Thread.sleptOn)
  // ORDER: wake: whoever sleeps there looks again. Only the dead thread wrote the word.
  if (word != Address.None) wake(word, EVERYONE)
}

/** It may have had something for somebody, and died before the ring. Who is rung for nothing looks, and sleeps on. */
function ringEverybody(): void {
  const first = peek(Header.threads)
  // ORDER: observe: who joins later has nothing to be rung for.
  const end = first + load(Header.threadsUsed) * Size.Thread
  for (let thread = first; thread < end; thread += Size.Thread) ring(thread)
}

/** Puts right what the dead thread was changing in shared objects, and gives back their locks. What is in a reservation is as it left it. */
function repairObjects(thread: i32, id: i32): void {
  const pool = poolOf(Kind.Object)
  for (let object = peek(pool + Pool.base); object < peek(pool + Pool.end); object += Size.Object) {
    // ORDER: observe: only records in use, and not being made, have locks.
    if ((load(object + Record.generation) & 1) == 0 || peek(object + SharedObject.refs) <= 0) continue
    const type = peek(object + SharedObject.type)
    if (type == ObjectType.SoftTimeline) repairSoftTimeline(object, id)
    if (ownerOf(object + SharedObject.lock) != id) continue
    if (type == ObjectType.Syncobj) repairSyncobj(thread, object)
    else if (type == ObjectType.Scheduler) repairScheduler(object)
    breakLock(object + SharedObject.lock, id)
  }
}

/** Completes the containers that the dead thread had put off. */
function adoptWork(thread: i32, dead: i32): void {
  holdWork(thread)
  finishWork(thread, dead)
  resumeWork(thread)
  settle(thread)
}

/** Finishes what the dead thread was doing to fences, and gives back their locks. */
function finishFences(thread: i32, dead: i32, id: i32): void {
  const pool = poolOf(Kind.Fence)
  for (let fence = peek(pool + Pool.base); fence < peek(pool + Pool.end); fence += Size.Fence) {
    // ORDER: observe: only records in use have locks.
    if ((load(fence + Record.generation) & 1) == 0) continue
    if ((peek(fence + Fence.flags) & Flag.InlineLock) == 0) continue
    if (ownerOf(fence + Fence.lock) != id) continue
    finishFence(thread, dead, fence)
    breakLock(fence + Fence.lock, id)
  }
  const locks = poolOf(Kind.Lock)
  for (let record = peek(locks + Pool.base); record < peek(locks + Pool.end); record += Size.Lock) {
    if (ownerOf(record + Lock.word) != id) continue
    for (let fence = peek(pool + Pool.base); fence < peek(pool + Pool.end); fence += Size.Fence) {
      // ORDER: observe: as above.
      if ((load(fence + Record.generation) & 1) != 0 && (peek(fence + Fence.flags) & Flag.InlineLock) == 0) {
        if ((peek(fence + Fence.lock) & ~Address.TagMask) == record) finishFence(thread, dead, fence)
      }
    }
    breakLock(record + Lock.word, id)
  }
}

/**
 * A fence whose lock the dead thread held. `Thread.running` is the list that it had taken, or was about to take, off
 * the one fence it was completing: before SIGNALED it goes back, after SIGNALED it runs.
 */
function finishFence(thread: i32, dead: i32, fence: i32): void {
  const running = peek(dead + Thread.running)
  const isItsFence = running != Address.None && peek(running + Callback.fence) == fence
  // ORDER: observe: SIGNALED says whether the words of the union are a list or a timestamp.
  const flags = load(fence + Fence.flags)
  if ((flags & Flag.Signaled) == 0) {
    if (isItsFence) poke(fence + Fence.first, running)
    repairLocked(fence)
  } else {
    // ORDER: publish what `complete` does after SIGNALED; doing it twice does no harm.
    if ((flags & Flag.KeepsOps) == 0) store(fence + Fence.ops, Address.None)
    if (flags & Flag.Parked) wake(fence + Fence.flags, EVERYONE)
    finishCallback(thread, dead, fence)
    if (isItsFence) runCallbacks(thread, running)
  }
  if (isItsFence) poke(dead + Thread.running, Address.None)
}

/** The callback that the dead thread was running: again, if it had not begun, or if it can be seen that it was not done. */
function finishCallback(thread: i32, dead: i32, fence: i32): void {
  const node = peek(dead + Thread.acting)
  if (node == Address.None || node == peek(dead + Thread.running) || peek(node + Callback.fence) != fence) return
  poke(dead + Thread.acting, Address.None)
  const code = peek(node + Callback.code)
  const isWork = code == Action.ChainLink || code == Action.JobDone
  if (!isLinkedLocked(node) && (!isWork || isPutOff(dead, node))) return
  poke(node + Callback.previous, Unlinked.Mark)
  act(thread, node)
}

/** Whether the dead thread had put this work off: then `adoptWork` does it. */
function isPutOff(dead: i32, node: i32): bool {
  let work = peek(dead + Thread.work)
  while (work != Address.None && work != node) work = nextItem(work)
  return work == node
}

/** Takes back the callbacks that were to be delivered to the dead thread. */
function dropDeliveries(thread: i32, dead: i32): void {
  const pool = poolOf(Kind.Callback)
  for (let node = peek(pool + Pool.base); node < peek(pool + Pool.end); node += Size.Callback) {
    // ORDER: observe: a callback of the dead thread is not given back by anyone but us.
    if ((load(node + Record.generation) & 1) == 0) continue
    if (peek(node + Callback.thread) != dead || peek(node + Callback.code) != Action.Deliver) continue
    const fence = peek(node + Callback.fence)
    // A lock goes only when all fences under it are complete: then nothing hangs on them.
    if (fence == Address.None || isLockDead(fence)) continue
    const word = lockOf(fence)
    lock(thread, word)
    const linked = isLinkedLocked(node)
    if (linked) unlinkLocked(fence, node)
    unlock(thread, word)
    if (!linked) continue
    give(thread, Kind.Callback, node)
    dropRef(thread, fence)
  }
}
