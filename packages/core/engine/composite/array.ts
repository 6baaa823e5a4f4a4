/**
 * A `FenceArray`: complete when all its members are; the first error of theirs is its own (I13).
 *
 * It begins to listen to its members when somebody asks for signaling. Until then, who asks whether it is complete
 * asks them. The count of pending members falls by one for each, whether by its callback or because it was complete
 * when somebody came to arm it.
 *
 * The count bears a guard until all members hang or are counted. Once it is gone, one member falls to zero, and that one
 * signals, and gives back the reference that keeps the array alive until then. While it is there nobody falls to zero: the
 * reference is the armer's. So it can be told at any moment, after a death too, whose it is.
 */
import { assertSteps } from "../bound"
import { recordError } from "../first-error"
import { ArrayBody, Arming, Members } from "../layout/body"
import { Armed } from "../layout/answer"
import { Action, Callback } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { give, isFence } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { tryAddRefTo } from "../refcount"
import { retire } from "../rcu/retire"
import { compareExchange, load, or, peek, poke, sub } from "../words"
import { hang, hangAgain, tryUnhang } from "../fence/callbacks"
import { setDeadlineAt } from "../fence/deadline"
import { isSignaled } from "../fence/poll"
import { addRef, dropRef } from "../fence/references"
import { trySignal } from "../fence/signal"
import { bodyOf } from "./container"

/**
 * Under the array's lock: listens to every member. NOT_ARMED if that failed for one: the next asker goes on from there.
 * What has been done for a member stands in its record: it hangs on the member, or it is `Counted`.
 */
export function enableArray(thread: i32, array: i32): i32 {
  const body = bodyOf(array)
  const again = peek(body + ArrayBody.arming) != Arming.Never
  // For the last of the members, which may be complete before we are through.
  addRef(array)
  poke(body + ArrayBody.arming, Arming.UnderWay)
  let refused = false
  let steps = 0
  for (let node = peek(body + ArrayBody.first); node != Address.None; node = peek(node + Callback.sibling)) {
    assertSteps(++steps, Kind.Callback, array)
    // PLAIN: written under the member's lock, which `hangAgain` takes before we look again.
    if (peek(node + Callback.code) == Action.Counted) continue
    const member = peek(node + Callback.fence)
    const found = again ? hangAgain(thread, member, node, false) : hang(thread, member, node)
    // Perhaps it hangs all the same, since an earlier arming: its lock was busy, and that cannot be seen without it.
    if (found == Armed.NotArmed) refused = true
    if (found != Armed.Complete || peek(node + Callback.code) == Action.Counted) continue
    recordError(array, peek(member + Fence.error))
    poke(node + Callback.code, Action.Counted)
    // ORDER: claim: as in `countMember` of `action-kinds.ts`; other members may be completing meanwhile. Pairs with `countMember`.
    sub(body + ArrayBody.pending, 1)
  }
  const armed: i32 = refused ? Armed.NotArmed : entrust(body)
  poke(body + ArrayBody.arming, armed == Armed.Pending ? Arming.Fully : Arming.Partly)
  if (armed != Armed.Pending) dropRef(thread, array)
  return armed
}

/** All members hang or are counted: takes the guard away, so that the last of them signals the array. COMPLETE if there is none left. */
function entrust(body: i32): i32 {
  // ORDER: observe how many have been counted. Pairs with `countMember` of `action-kinds.ts`.
  let seen = load(body + ArrayBody.pending)
  if (seen < 0) return areAllCounted(body) ? Armed.Complete : Armed.Pending
  while (seen != Members.Guard) {
    // ORDER: claim: we take the guard away while a member is pending, so whoever falls to zero is a member's signaler.
    // Pairs with `countMember`:
    //  - it counts before us: we see it, and look again;
    //  - after us: it finds no guard, and the last one signals.
    const found = compareExchange(body + ArrayBody.pending, seen, seen - Members.Guard)
    if (found == seen) return Armed.Pending
    seen = found
  }
  return Armed.Complete
}

/** How many members are not known to be complete. */
// @inline
function countPending(body: i32): i32 {
  // ORDER: observe: the count starts at all members and falls only, so zero is true whenever we see it (F23).
  return load(body + ArrayBody.pending) & Members.Pending
}

/** Whether all members are complete. May ask their issuers, and so signal them. */
export function pollArray(thread: i32, array: i32): i32 {
  const body = bodyOf(array)
  if (countPending(body) == 0) return 1
  // ORDER: observe: a hint. Who finds it clear asks the members, which is right at any time.
  if (load(array + Fence.flags) & Flag.Enabled) return 0
  let steps = 0
  for (let node = peek(body + ArrayBody.first); node != Address.None; node = peek(node + Callback.sibling)) {
    assertSteps(++steps, Kind.Callback, array)
    const member = peek(node + Callback.fence)
    if (!isSignaled(thread, member)) return 0
    recordError(array, peek(member + Fence.error))
  }
  return 1
}

/** Whether each member hangs no more. Stays so. */
function areAllCounted(body: i32): bool {
  let steps = 0
  for (let node = peek(body + ArrayBody.first); node != Address.None; node = peek(node + Callback.sibling)) {
    assertSteps(++steps, Kind.Callback, body)
    // ORDER: observe: it was written before the count went down, and who comes later looks again. Pairs with `countMember`.
    if (load(node + Callback.code) != Action.Counted) return false
  }
  return true
}

// @inline
function isRecounted(body: i32): bool {
  // ORDER: observe: whoever set it looks at the members afterwards.
  return load(body + ArrayBody.pending) < 0
}

/**
 * The last member is done: signals the array, and gives back the reference of the arming. False if its lock was busy. Of one that
 * is counted anew any member may be the last, and the reference stays.
 */
export function finishArray(thread: i32, owner: i32, array: i32): bool {
  const body = bodyOf(array)
  const isForGood = isRecounted(body)
  if ((!isForGood || areAllCounted(body)) && !trySignal(thread, array)) return false
  poke(owner + Thread.working, Address.None)
  if (!isForGood) dropRef(thread, array)
  return true
}

/**
 * A thread died while it counted the member of this record: whether the count went down, nobody can tell. From now on the records
 * are looked at instead. For that the array must stay, whoever completes it: it is lost with the dead. False if it has gone, and so
 * was complete.
 */
export function recountArray(dead: i32, node: i32): bool {
  readLock(dead)
  const array = peek(node + Callback.argument)
  // The record may have been given back, and be another's by now: if it is a member of another array, no harm is done.
  const stays =
    isFence(array) &&
    (peek(array + Fence.flags) & Flag.Array) != 0 &&
    peek(node + Callback.code) == Action.Counted &&
    tryAddRefTo(array + Fence.refs) != 0
  if (stays) recount(array)
  readUnlock(dead)
  return stays
}

/** The same for an array whose lock the dead thread holds, which was arming it. */
export function recountArming(array: i32): void {
  addRef(array)
  recount(array)
}

function recount(array: i32): void {
  // ORDER: claim: whoever counts a member later sees it, and looks at all. Pairs with `countMember` of `action-kinds.ts`.
  or(bodyOf(array) + ArrayBody.pending, Members.Recount)
}

/** Passes a deadline on to all members. */
export function deadlineOfArray(thread: i32, array: i32): void {
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  let steps = 0
  for (let node = firstMember(array); node != Address.None; node = nextMember(node)) {
    assertSteps(++steps, Kind.Callback, array)
    setDeadlineAt(thread, memberFence(node), lo, hi)
  }
}

/**
 * Nobody holds the array any more. If it was armed in part only, and signaled by somebody who asked, or given up, some records may
 * hang still, and a member's signaler may be counting another: afterwards it is not. At zero all have been counted, and nobody
 * looks any more. False if a member's lock is busy, and to be done once more: twice does no harm.
 */
export function leaveMembers(thread: i32, array: i32): bool {
  const body = bodyOf(array)
  if (peek(body + ArrayBody.arming) == Arming.Never || countPending(body) == 0) return true
  let steps = 0
  for (let node = peek(body + ArrayBody.first); node != Address.None; node = peek(node + Callback.sibling)) {
    assertSteps(++steps, Kind.Callback, array)
    if (!tryUnhang(thread, peek(node + Callback.fence), node)) return false
  }
  return true
}

/** Gives the members back. Whoever looks at them holds a reference on the array, so nobody does. */
export function releaseArray(thread: i32, array: i32): void {
  const body = bodyOf(array)
  let node = peek(body + ArrayBody.first)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, array)
    const next = peek(node + Callback.sibling)
    const member = peek(node + Callback.fence)
    give(thread, Kind.Callback, node)
    dropRef(thread, member)
    node = next
  }
  retire(thread, body)
}

/** The members of an array one by one, as records; NONE at the end. The caller holds a reference on the array. */
export function firstMember(array: i32): i32 {
  return peek(bodyOf(array) + ArrayBody.first)
}
export function nextMember(node: i32): i32 {
  return peek(node + Callback.sibling)
}
/** The fence of such a record; the array keeps it. */
export function memberFence(node: i32): i32 {
  return peek(node + Callback.fence)
}
