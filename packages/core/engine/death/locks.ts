/**
 * Locks of the dead: what each guards is put right, in the name of the dead, and then it is given back. Nothing here
 * takes a lock, so nothing here can wait: not for the living, and not for others who have died.
 */
import { recordOf } from "../deferral"
import { dropRef } from "../fence/references"
import { Fence, Flag } from "../layout/fence"
import { Families, Header, Pool } from "../layout/header"
import { Lock } from "../layout/module"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { breakDead as breakOwnerWord } from "../locks/owner-word"
import { breakDead, ownerOf } from "../locks/strategy"
import { nextInUse, poolOf, repairDepot } from "../pool"
import { tryAddRefTo } from "../refcount"
import { untagged } from "../tag"
import { add, peek } from "../words"
import { breakSync, isGuardedBy, repairChains, repairScheduler, repairSoftTimeline, repairSyncobj } from "../families"
import { finishFence } from "./fences"

/** Gives back every lock that the dead thread with this token holds. Fences before the objects whose callbacks they run. */
export function breakLocks(dead: i32, token: i32): void {
  repairChains(dead, token)
  for (let kind = 0; kind < Kind.Count; kind++) {
    const pool = poolOf(kind)
    if (ownerOf(pool + Pool.lock) == token) repairDepot(dead, kind)
    breakLock(dead, pool + Pool.lock, token)
  }
  breakLock(dead, Header.modulesLock, token)
  breakSharedLocks(dead, token)
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    if ((peek(fence + Fence.flags) & Flag.InlineLock) == 0 || ownerOf(fence + Fence.lock) != token) continue
    finishFence(dead, fence)
    breakLock(dead, fence + Fence.lock, token)
  }
  if (FAMILIES != Families.Fences) breakObjects(dead, token)
  // ORDER: claim: a count for the accounts.
  add(Header.brokenLocks, breakSync(dead, token))
  const cells = peek(Header.cells)
  const end = cells + peek(Header.cellCapacity) * 4
  for (let cell = cells; cell < end; cell += 4) breakLock(dead, cell, token)
}

/** Locks that many fences share: those of timelines, and of soft timelines with their points. */
function breakSharedLocks(dead: i32, token: i32): void {
  for (let record = nextInUse(Kind.Lock, Address.None); record != Address.None; record = nextInUse(Kind.Lock, record)) {
    if (ownerOf(record + Lock.word) != token) continue
    for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
      // One that nobody holds may hang on a chain of retired records, by the word where its list was: that is not to be put right, unless
      // the dead thread was taking leave of it. All others stay for as long as we hold them; if we die in between, that reference is lost.
      const isHeld = tryAddRefTo(fence + Fence.refs)
      if (isUnder(fence, record) && (isHeld || recordOf(peek(dead + Thread.working)) == fence)) finishFence(dead, fence)
      if (isHeld) dropRef(dead, fence)
    }
    if (FAMILIES == Families.All) repairSoftTimelines(dead, record)
    breakLock(dead, record + Lock.word, token)
  }
}

/** Those whose lock this is. */
function repairSoftTimelines(dead: i32, record: i32): void {
  for (let soft = nextInUse(Kind.Object, Address.None); soft != Address.None; soft = nextInUse(Kind.Object, soft))
    if (peek(soft + SharedObject.type) == ObjectType.SoftTimeline && isGuardedBy(soft, record))
      repairSoftTimeline(dead, soft)
}

/** Whether a fence's lock is this one, which others have, too. */
function isUnder(fence: i32, record: i32): bool {
  return (peek(fence + Fence.flags) & Flag.InlineLock) == 0 && untagged(peek(fence + Fence.lock)) == record
}

function breakObjects(dead: i32, token: i32): void {
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  ) {
    const type = peek(object + SharedObject.type)
    if (type == ObjectType.Reservation) breakReservation(dead, object, token)
    if (type == ObjectType.Reservation || ownerOf(object + SharedObject.lock) != token) continue
    if (type == ObjectType.Syncobj) repairSyncobj(dead, object)
    else if (type == ObjectType.Scheduler) repairScheduler(object)
    breakLock(dead, object + SharedObject.lock, token)
  }
}

/** What is in a reservation stays as the dead thread left it: each of its writes is a commit. */
function breakReservation(dead: i32, reservation: i32, token: i32): void {
  // ORDER: claim: a count for the accounts.
  if (breakOwnerWord(dead, token, reservation + SharedObject.lock)) add(Header.brokenLocks, 1)
}

/** Gives a lock back if it has this holder. */
function breakLock(dead: i32, word: i32, token: i32): void {
  // ORDER: claim: a count for the accounts.
  if (breakDead(dead, token, word)) add(Header.brokenLocks, 1)
}
