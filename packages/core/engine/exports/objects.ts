/** What a caller does to reservations, soft timelines and syncobjs, each operation settling what it has put off. */
import { dropObjectRef as drop, openObject as openIt } from "../composite/objects"
import { unlockReservation as unlockIt } from "../composite/reservation-lock"
import { nextFence as next, testReservation as test } from "../composite/reservation-walk"
import {
  closeTimeline as close,
  createPoint as create,
  incrementTimeline as increment,
} from "../composite/soft-timeline"
import { addPoint as add, fenceAt as find, queryPoint as query, replaceFence as replace } from "../composite/syncobj"
import { addWaiter as wait, removeWaiter as stopWaiting } from "../composite/syncobj-waiters"
import { keepHeld } from "../kept"
import { Thread } from "../layout/thread"
import { peek, poke } from "../words"
import { settle } from "../work"

/** A reference to the object that a token names: its address, or NONE when that life of the record is over, or of another type. */
export function openObject(thread: i32, object: i32, generation: i32, type: i32): i32 {
  const opened = openIt(thread, object, generation, type)
  settle(thread)
  return opened
}

/** Gives a reference back; with the last one the object is released. */
export function dropObjectRef(thread: i32, object: i32): void {
  drop(thread, object)
  settle(thread)
}

/** Gives the lock back, and deals with what was put off under it. */
export function unlockReservation(thread: i32, reservation: i32): void {
  unlockIt(thread, reservation)
  keepHeld(thread)
  settle(thread)
}

/** The next pending fence up to this usage, with a reference; NONE at the end (`composite/reservation-walk.ts`). */
export function nextFence(thread: i32, reservation: i32, usage: i32): i32 {
  const fence = next(thread, reservation, usage)
  settle(thread)
  return fence
}

/** Whether everything up to this usage is complete. May ask issuers. */
export function testReservation(thread: i32, reservation: i32, usage: i32): i32 {
  const complete = test(thread, reservation, usage)
  settle(thread)
  return complete
}

/** Ends a timeline: its pending points complete with ENOENT. Idempotent. */
export function closeTimeline(thread: i32, soft: i32): void {
  close(thread, soft)
  settle(thread)
}

/** The point at this seqno, with a reference; NONE when the heap is full, -1 when the timeline was closed. */
export function createPoint(thread: i32, soft: i32, seqno: i32): i32 {
  const point = create(thread, soft, seqno)
  settle(thread)
  return point
}

/** Counts up by an unsigned number, and completes the points that are passed: 1, or 0 when the timeline was closed. */
export function incrementTimeline(thread: i32, soft: i32, count: i32): i32 {
  const open = increment(thread, soft, count)
  settle(thread)
  return open
}

/** Adds a point to the timeline of a syncobj: 1, or 0 when the heap is full. The fence stays the caller's. */
export function addPoint(thread: i32, syncobj: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  const added = add(thread, syncobj, fence, seqnoLo, seqnoHi)
  settle(thread)
  return added
}

/** The fence that stands for a point, with a reference; NONE if nothing has been submitted for it. */
export function fenceAt(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  const fence = find(thread, syncobj, pointLo, pointHi)
  settle(thread)
  return fence
}

/** Writes the last point into the thread's `now` words: the last that was submitted, or the last that is complete. */
export function queryPoint(thread: i32, syncobj: i32, lastSubmitted: i32): void {
  query(thread, syncobj, lastSubmitted)
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  // What completes now may be stamped, and so overwrite them. PLAIN: they are the thread's own.
  settle(thread)
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
}

/** Puts another fence in the place, or none, and takes over the caller's reference. */
export function replaceFence(thread: i32, syncobj: i32, fence: i32): void {
  replace(thread, syncobj, fence)
  settle(thread)
}

/** Waits for a point (0: for anything at all) of a syncobj: its record, NONE when the heap is full (`composite/syncobj-waiters.ts`). */
export function addWaiter(thread: i32, syncobj: i32, pointLo: i32, pointHi: i32): i32 {
  const node = wait(thread, syncobj, pointLo, pointHi)
  settle(thread)
  return node
}

/** Takes a waiter away: 1 if it waited still, 0 if it has been served. */
export function removeWaiter(thread: i32, node: i32): i32 {
  const removed = stopWaiting(thread, node)
  settle(thread)
  return removed
}
