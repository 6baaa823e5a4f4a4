/**
 * Operations after which the caller keeps something: a read section, a lock. What it keeps outlives an oops (`kept.ts`).
 */
import {
  lockReservation as lockIt,
  lockReservationInContext as lockItInContext,
  reservationOwner,
  tryLockReservation as tryLockIt,
} from "../composite/reservation-lock"
import { driverName as findDriverName, timelineName as findTimelineName } from "../fence/names"
import { lockFence as lockFenceOnly, lockKept } from "../fence/query"
import * as host from "../host"
import { sharedLockWord } from "../issuer/shared-lock"
import { KEPT, forgetLock, keepHeld, keepLock } from "../kept"
import { Header } from "../layout/header"
import { Oops } from "../layout/oops"
import { Thread } from "../layout/thread"
import { lock as take, tryLock as tryTake, unlock as give } from "../locks/lock"
import { assertMayWait } from "../locks/waiting"
import { beginSignaling as begin, endSignaling as end } from "../locks/signaling"
import { enter, leave } from "../rcu/strategy"
import { peek, poke } from "../words"

/** Enters a read section: what is dereferenced inside it stays until `readUnlock`. Sections nest. */
export function readLock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting)
  poke(thread + Thread.nesting, nesting + KEPT)
  if (nesting == 0) enter(thread)
}

/** The section that the operation has entered is its caller's from now on. PLAIN: only the thread itself touches its nesting. */
// @inline
function keepSection(thread: i32): void {
  poke(thread + Thread.nesting, peek(thread + Thread.nesting) + (KEPT - 1))
}

/** Leaves a read section; at the outermost, what was dereferenced may go. */
export function readUnlock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting) - KEPT
  if (CHECKED && nesting < 0) host.oops(Oops.UnbalancedReadUnlock, thread, 0, 0)
  poke(thread + Thread.nesting, nesting)
  if (nesting == 0) leave(thread)
}

/** Address of the driver's name (`fence/names.ts`). Enters a read section, which the caller leaves. */
export function driverName(thread: i32, fence: i32): i32 {
  const name = findDriverName(thread, fence)
  keepSection(thread)
  return name
}

/** Address of the timeline's name (`fence/names.ts`). Enters a read section, which the caller leaves. */
export function timelineName(thread: i32, fence: i32): i32 {
  const name = findTimelineName(thread, fence)
  keepSection(thread)
  return name
}

/** Takes the lock in a cell, waiting for it if need be (`locks/lock.ts`). */
export function lock(thread: i32, word: i32): void {
  take(thread, word)
  keepHeld(thread)
}

/** Takes it if it is free: 1, or 0 at once. */
export function tryLock(thread: i32, word: i32): i32 {
  const taken = tryTake(thread, word)
  keepHeld(thread)
  return taken
}

/** Gives it back, and wakes one sleeper if there is one. */
export function unlock(thread: i32, word: i32): void {
  give(thread, word)
  keepHeld(thread)
}

/** Loading and looking up modules by name is done under this lock. */
export function lockModules(thread: i32): void {
  take(thread, Header.modulesLock)
  keepLock(thread, Header.modulesLock)
  keepHeld(thread)
}
export function unlockModules(thread: i32): void {
  forgetLock(thread, Header.modulesLock)
  give(thread, Header.modulesLock)
  keepHeld(thread)
}

/** Takes the fence's own lock: for issuers, and for `signalLocked`. What is completed under it is put off. */
export function lockFence(thread: i32, fence: i32): void {
  lockFenceOnly(thread, fence)
  keepHeld(thread)
}

/** Takes the lock that a token names (`issuer/shared-lock.ts`): it guards every fence of its timelines. */
export function lockShared(thread: i32, token: i32): void {
  lockKept(thread, sharedLockWord(token))
  keepHeld(thread)
}

/** Who has the lock already waits for itself, which is told by the lock. */
function assertMayWaitFor(thread: i32, reservation: i32): void {
  if (CHECKED && reservationOwner(reservation) != peek(thread + Thread.id)) assertMayWait(thread)
}

/** Takes a reservation's lock outside any context (`composite/reservation-lock.ts`). */
export function lockReservation(thread: i32, reservation: i32): void {
  assertMayWaitFor(thread, reservation)
  lockIt(thread, reservation)
  keepHeld(thread)
}

/** Takes it in the thread's context: 0 locked, 1 back off, 2 locked already. */
export function lockReservationInContext(thread: i32, reservation: i32): i32 {
  assertMayWaitFor(thread, reservation)
  const answer = lockItInContext(thread, reservation)
  keepHeld(thread)
  return answer
}

/** Takes it if it is free: 1, or 0 at once. */
export function tryLockReservation(thread: i32, reservation: i32): i32 {
  const taken = tryLockIt(thread, reservation)
  keepHeld(thread)
  return taken
}

/** Enters a signaling section; returns what `endSignaling` wants. */
export function beginSignaling(thread: i32): i32 {
  const cookie = begin(thread)
  keepHeld(thread)
  return cookie
}

export function endSignaling(thread: i32, cookie: i32): void {
  end(thread, cookie)
  keepHeld(thread)
}
