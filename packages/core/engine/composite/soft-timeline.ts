/**
 * A `SoftTimeline` (`sw_sync`): its points complete when software says so, by counting up.
 *
 * All points are guarded by the timeline's one lock, which is external to them and outlives them (I12), in every heap.
 * The list holds no reference: a point that nobody holds goes away. It leaves the list first, under the lock (`leaveTimeline`),
 * before its memory is given up; so a point on the list can be looked at by whoever holds the lock, and its count decides
 * whether it can be had: a point on its way out is never revived (B5), and another is made beside it.
 *
 * DEATH: the value is the commit, or `closed`. Whoever clears up completes what is due by them and still on the list.
 */
import { assertSteps } from "../bound"
import { tryAddRefTo } from "../refcount"
import { takeContextLocked } from "../contexts"
import { Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Lock, Timeline } from "../layout/module"
import { ObjectType } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { SoftPoint, SoftTimeline } from "../layout/soft-timeline"
import { Thread } from "../layout/thread"
import { lock, tryLock, unlock } from "../locks/lock"
import { dropLockRef } from "../issuer/shared-lock"
import { lockModules, unlockModules } from "../modules"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { tagged, untagged } from "../tag"
import { or, peek, poke } from "../words"
import { isWideAbove } from "../wide"
import { createFenceAt } from "../fence/create"
import { lockOf } from "../fence/lock"
import { signalLocked } from "../fence/signal"
import { publishObject, takeObject } from "./objects"

const ENOENT: i32 = -2
/** A step that leaves no doubt, in 32 bits, which of two seqnos is later. */
const LONGEST_STEP: i32 = 0x7fffffff
/** `createPoint`'s answer when the timeline was closed. */
const CLOSED: i32 = -1

/** A timeline at 0 with one reference; the host writes its name. NONE when the heap is full. */
export function createSoftTimeline(thread: i32): i32 {
  const soft = takeObject(thread, ObjectType.SoftTimeline)
  if (soft == Address.None) return Address.None
  const timeline = take(thread, Kind.Timeline)
  const shared = timeline == Address.None ? Address.None : take(thread, Kind.Lock)
  if (shared == Address.None) {
    if (timeline != Address.None) give(thread, Kind.Timeline, timeline)
    give(thread, Kind.Object, soft)
    return Address.None
  }
  poke(shared + Lock.word, 0)
  poke(shared + Lock.refs, 1)
  poke(timeline + Timeline.text, tagged(Header.softText))
  poke(timeline + Timeline.module, Address.None)
  poke(timeline + Timeline.lock, tagged(shared))
  poke(timeline + Timeline.fenceFlags, Flag.Initialized | Flag.Soft)
  poke(timeline + Timeline.soft, soft)
  lockModules(thread)
  takeContextLocked(timeline + Timeline.contextLo, timeline + Timeline.contextHi)
  unlockModules(thread)
  poke(soft + SoftTimeline.timeline, timeline)
  publishObject(soft)
  return soft
}

/** The one lock of a timeline and all its points. */
// @inline
function lockWordOf(soft: i32): i32 {
  return untagged(peek(peek(soft + SoftTimeline.timeline) + Timeline.lock)) + Lock.word
}

function lockPoints(thread: i32, soft: i32): void {
  lock(thread, lockWordOf(soft))
}
function unlockPoints(thread: i32, soft: i32): void {
  unlock(thread, lockWordOf(soft))
}

/** The point at this seqno, which may exist already, with a reference; complete if the timeline is past it. NONE when the heap is full, -1 when the timeline was closed. */
export function createPoint(thread: i32, soft: i32, seqno: i32): i32 {
  // The lock comes first: who may not have it has taken nothing yet.
  lockPoints(thread, soft)
  const point = peek(soft + SoftTimeline.closed) ? CLOSED : pointAt(thread, soft, seqno)
  unlockPoints(thread, soft)
  return point
}

/** Under the lock, of a timeline that is open: the pending point that is there, or a new one. */
function pointAt(thread: i32, soft: i32, seqno: i32): i32 {
  const isPassed = ((peek(soft + SoftTimeline.value) - seqno) | 0) >= 0
  const before = isPassed ? Address.None : lastUpTo(soft, seqno)
  if (before != Address.None && peek(before + Fence.seqnoLo) == seqno && tryAddRefTo(before + Fence.refs)) return before
  const point = createFenceAt(thread, peek(soft + SoftTimeline.timeline), seqno, 0)
  if (point == Address.None) return Address.None
  poke(point + SoftPoint.next, Unlinked.Mark)
  if (isPassed) signalLocked(thread, point)
  else insertAfter(soft, before, point)
  return point
}

/** The last point on the list whose number is not above this one, or NONE. */
function lastUpTo(soft: i32, seqno: i32): i32 {
  const first = peek(soft + SoftTimeline.first)
  if (first == Address.None) return Address.None
  // Most points come after all others.
  const last = peek(soft + SoftTimeline.last)
  if (((seqno - peek(last + Fence.seqnoLo)) | 0) > 0) return last
  let before: i32 = Address.None
  let at = first
  let steps = 0
  while (at != Address.None && ((peek(at + Fence.seqnoLo) - seqno) | 0) <= 0) {
    assertSteps(++steps, Kind.Fence, soft)
    before = at
    at = peek(at + SoftPoint.next)
  }
  return before
}

function insertAfter(soft: i32, before: i32, point: i32): void {
  const after = before == Address.None ? peek(soft + SoftTimeline.first) : peek(before + SoftPoint.next)
  poke(point + SoftPoint.next, after)
  if (before == Address.None) poke(soft + SoftTimeline.first, point)
  else poke(before + SoftPoint.next, point)
  if (after == Address.None) poke(soft + SoftTimeline.last, point)
}

/** Nobody holds a point any more: takes it off the list, if it is there. Then nobody looks at it. False if the lock is busy, and to be done once more. */
export function leaveTimeline(thread: i32, point: i32): bool {
  const word = lockOf(point)
  if (!tryLock(thread, word)) return false
  if (peek(point + SoftPoint.next) != Unlinked.Mark) {
    // While a point is on the list its timeline has not been closed, and so its records are there.
    removePoint(peek(untagged(peek(point + Fence.timeline)) + Timeline.soft), point)
  }
  unlock(thread, word)
  return true
}

/** Under the lock. If somebody died on the way, the point may have left the list already, and not know it. */
function removePoint(soft: i32, point: i32): void {
  let before: i32 = Address.None
  let at = peek(soft + SoftTimeline.first)
  let steps = 0
  while (at != Address.None && at != point) {
    assertSteps(++steps, Kind.Fence, soft)
    before = at
    at = peek(at + SoftPoint.next)
  }
  if (at == point) {
    const next = peek(point + SoftPoint.next)
    if (before == Address.None) poke(soft + SoftTimeline.first, next)
    else poke(before + SoftPoint.next, next)
    if (next == Address.None) poke(soft + SoftTimeline.last, before)
  }
  poke(point + SoftPoint.next, Unlinked.Mark)
}

/** Counts up by an unsigned number, and completes the points that are passed: 1, or 0 when the timeline was closed. */
export function incrementTimeline(thread: i32, soft: i32, count: i32): i32 {
  lockPoints(thread, soft)
  if (peek(soft + SoftTimeline.closed)) {
    unlockPoints(thread, soft)
    return 0
  }
  let left = count
  do {
    const step = left < 0 ? LONGEST_STEP : left
    poke(soft + SoftTimeline.value, (peek(soft + SoftTimeline.value) + step) | 0)
    completePoints(thread, soft, 0)
    left = (left - step) | 0
  } while (left != 0)
  unlockPoints(thread, soft)
  return 1
}

/** Completes the points that the value has passed, or all with an error, and takes them off the list. */
function completePoints(thread: i32, soft: i32, error: i32): void {
  const value = peek(soft + SoftTimeline.value)
  let point = peek(soft + SoftTimeline.first)
  let steps = 0
  while (point != Address.None) {
    assertSteps(++steps, Kind.Fence, soft)
    if (error == 0 && ((value - peek(point + Fence.seqnoLo)) | 0) < 0) break
    const next = peek(point + SoftPoint.next)
    if (error != 0 && (peek(point + Fence.flags) & Flag.Signaled) == 0) poke(point + Fence.error, error)
    // First complete, then off the list: if we die in between, the next one to come finds it. It stays as memory while we
    // have the lock, whoever drops it.
    signalLocked(thread, point)
    poke(soft + SoftTimeline.first, next)
    poke(point + SoftPoint.next, Unlinked.Mark)
    point = next
  }
}

/** Ends a timeline: its pending points complete with ENOENT. Idempotent. */
export function closeTimeline(thread: i32, soft: i32): void {
  lockPoints(thread, soft)
  endPoints(thread, soft)
}

/** The same for one that nobody holds any more. False if the lock is busy, and to be done once more. */
export function leavePoints(thread: i32, soft: i32): bool {
  if (!tryLock(thread, lockWordOf(soft))) return false
  endPoints(thread, soft)
  return true
}

/** Under the lock, which it gives back. */
function endPoints(thread: i32, soft: i32): void {
  poke(soft + SoftTimeline.closed, 1)
  completePoints(thread, soft, ENOENT)
  unlockPoints(thread, soft)
}

/** Nobody holds the timeline, and its points have ended: what they were issued on goes when nobody reads it any more. */
export function releaseSoftTimeline(thread: i32, soft: i32): void {
  const timeline = peek(soft + SoftTimeline.timeline)
  const shared = peek(timeline + Timeline.lock)
  retire(thread, timeline)
  dropLockRef(thread, shared)
}

/** Whether a timeline's points are guarded by this lock record. It has none while it is being made. */
export function isGuardedBy(soft: i32, lockRecord: i32): bool {
  const timeline = peek(soft + SoftTimeline.timeline)
  return timeline != Address.None && untagged(peek(timeline + Timeline.lock)) == lockRecord
}

/** Goes on, in the name of a dead thread that holds the lock: what is due completes, and the last point is the last. */
export function repairSoftTimeline(dead: i32, soft: i32): void {
  completePoints(dead, soft, peek(soft + SoftTimeline.closed) ? ENOENT : 0)
  let last: i32 = Address.None
  let steps = 0
  for (let point = peek(soft + SoftTimeline.first); point != Address.None; point = peek(point + SoftPoint.next)) {
    assertSteps(++steps, Kind.Fence, soft)
    last = point
  }
  poke(soft + SoftTimeline.last, last)
}

/** Notes that a point is wanted by the time in the thread's `now` words: the earliest stays. */
export function setPointDeadline(thread: i32, point: i32): void {
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  const word = untagged(peek(point + Fence.lock)) + Lock.word
  lock(thread, word)
  const flags = peek(point + Fence.flags)
  const later =
    (flags & Flag.HasDeadline) != 0 &&
    !isWideAbove(peek(point + SoftPoint.deadlineLo), peek(point + SoftPoint.deadlineHi), lo, hi)
  if ((flags & Flag.Signaled) == 0 && !later) {
    poke(point + SoftPoint.deadlineLo, lo)
    poke(point + SoftPoint.deadlineHi, hi)
    // ORDER: publish the deadline, for whoever looks at the flag under the lock.
    or(point + Fence.flags, Flag.HasDeadline)
  }
  unlock(thread, word)
}

/** Writes a point's deadline into the thread's `now` words: 1, or 0 if there is none. */
export function pointDeadline(thread: i32, point: i32): i32 {
  const word = untagged(peek(point + Fence.lock)) + Lock.word
  lock(thread, word)
  const has = (peek(point + Fence.flags) & Flag.HasDeadline) != 0
  if (has) {
    poke(thread + Thread.nowLo, peek(point + SoftPoint.deadlineLo))
    poke(thread + Thread.nowHi, peek(point + SoftPoint.deadlineHi))
  }
  unlock(thread, word)
  return has ? 1 : 0
}
