/**
 * Locks of the dead: what each guards is put right, in the name of the dead, and then it is given back. Nothing here
 * takes a lock, so nothing here can wait: not for the living, and not for others who have died.
 */
import { Fence, Flag } from "../layout/fence"
import { Header, Pool } from "../layout/header"
import { Lock } from "../layout/module"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { ownerOf } from "../locks/lock"
import { FREE, OWNER, PARKED } from "../locks/word"
import { nextInUse, poolOf, repairDepot } from "../pool"
import { untagged } from "../tag"
import { add, compareExchange, load, peek, wake } from "../words"
import { isGuardedBy, repairSoftTimeline } from "../composite/soft-timeline"
import { repairSyncobj } from "../composite/syncobj"
import { repairScheduler } from "../scheduler/repair"
import { finishFence } from "./fences"

const EVERYONE: i32 = 0x7fffffff

/** Gives back every lock that the dead thread with this token holds. Fences before the objects whose callbacks they run. */
export function breakLocks(dead: i32, token: i32): void {
  for (let kind = 0; kind < Kind.Count; kind++) {
    const pool = poolOf(kind)
    if (ownerOf(pool + Pool.lock) == token) repairDepot(dead, kind)
    breakLock(pool + Pool.lock, token)
  }
  breakLock(Header.modulesLock, token)
  breakSharedLocks(dead, token)
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    if ((peek(fence + Fence.flags) & Flag.InlineLock) == 0 || ownerOf(fence + Fence.lock) != token) continue
    finishFence(dead, fence)
    breakLock(fence + Fence.lock, token)
  }
  breakObjects(dead, token)
  const cells = peek(Header.cells)
  const end = cells + peek(Header.cellCapacity) * 4
  for (let cell = cells; cell < end; cell += 4) breakLock(cell, token)
}

/** Locks that many fences share: those of timelines, and of soft timelines with their points. */
function breakSharedLocks(dead: i32, token: i32): void {
  for (let record = nextInUse(Kind.Lock, Address.None); record != Address.None; record = nextInUse(Kind.Lock, record)) {
    if (ownerOf(record + Lock.word) != token) continue
    for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
      if ((peek(fence + Fence.flags) & Flag.InlineLock) != 0) continue
      if (untagged(peek(fence + Fence.lock)) == record) finishFence(dead, fence)
    }
    for (let soft = nextInUse(Kind.Object, Address.None); soft != Address.None; soft = nextInUse(Kind.Object, soft))
      if (peek(soft + SharedObject.type) == ObjectType.SoftTimeline && isGuardedBy(soft, record))
        repairSoftTimeline(dead, soft)
    breakLock(record + Lock.word, token)
  }
}

/** What is in a reservation stays as the dead thread left it: each of its writes is a commit. */
function breakObjects(dead: i32, token: i32): void {
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  ) {
    if (ownerOf(object + SharedObject.lock) != token) continue
    const type = peek(object + SharedObject.type)
    if (type == ObjectType.Syncobj) repairSyncobj(dead, object)
    else if (type == ObjectType.Scheduler) repairScheduler(object)
    breakLock(object + SharedObject.lock, token)
  }
}

/** Gives a lock back if it has this holder. Safe also when two threads clear up, and in a cell that is no lock. */
function breakLock(word: i32, token: i32): void {
  // ORDER: observe: only its holder and sleepers change it, and these set PARKED only.
  let seen = load(word)
  while ((seen & OWNER) == token) {
    // ORDER: wake: as `unlock` would have, but all: of those who wait with a ticket each must decide anew.
    const found = compareExchange(word, seen, FREE)
    if (found == seen) {
      if (seen & PARKED) wake(word, EVERYONE)
      // ORDER: claim: a count for the accounts.
      add(Header.brokenLocks, 1)
      return
    }
    seen = found
  }
}
