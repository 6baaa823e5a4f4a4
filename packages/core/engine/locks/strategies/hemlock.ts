/**
 * Hemlock (Dice & Kogan 2021): a queue without nodes. The lock word is the last thread in the queue, or 0; each waiter
 * waits for the thread before it to name the lock in its one word, the grant, and clears that in acknowledgement. So a
 * thread needs one word, however many locks it has; first come, first served. Those who wait for different locks of one
 * holder wait on one word, and giving a lock back ends when the next one has noticed.
 *
 * A grant is 0 or the address of a lock, with two bits: PARKED, somebody sleeps on it; DEAD, the lock was destroyed.
 * What becomes of it after a death is told in `held.ts`.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Header } from "../../layout/header"
import { Oops } from "../../layout/oops"
import { Owner } from "../../layout/owner"
import { Poison, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, relax, wake } from "../../words"
import { assertRoom, endStep, forgetHeld, hasNoLock, isHeld, noteHeld, noteStep, ownerBySlot } from "../held"
import { assertQueueMoves } from "../queue"
import { FREE, LONGEST_PARK_MS } from "../word"

/** Offset of the grant in a thread record. */
const GRANT: i32 = 260
const PARKED: i32 = 1
const DEAD: i32 = 2
const LOCK: i32 = -4
const EVERYONE: i32 = 0x7fffffff

// @inline
export function acquire(thread: i32, word: i32): void {
  if (tryAcquire(thread, word) == 0) acquireSlow(thread, word)
}

// @inline
export function tryAcquire(thread: i32, word: i32): i32 {
  assertRoom(thread, word)
  noteStep(thread, word)
  // ORDER: claim: an empty queue (L1). The loser waits in the slow half, or goes away.
  const isOurs = compareExchange(word, FREE, thread) == FREE
  if (isOurs) noteHeld(thread, word)
  endStep(thread)
  return isOurs ? 1 : 0
}

function acquireSlow(thread: i32, word: i32): void {
  assertLockWord(word)
  if (isHeld(thread, word)) host.oops(Oops.SelfDeadlock, word, peek(thread + Thread.id) & Owner.Seat, 0)
  noteStep(thread, word)
  const previous = join(word, thread)
  const isLate = previous != FREE && !isSeatAddress(previous)
  if (isLate || (previous != FREE && (awaitGrant(thread, word, previous) & DEAD) != 0)) {
    if (!isLate) leave(thread, word, Poison.Word, DEAD)
    endStep(thread)
    host.oops(Oops.DeadLock, word, 0, 0)
  }
  noteHeld(thread, word)
  endStep(thread)
}

/**
 * Joins the queue; returns the last thread before us, or FREE. What is no lock any more is left as it is, and returned: an exchange
 * would overwrite the poison, and its memory may be another's when we put it back.
 */
function join(word: i32, thread: i32): i32 {
  // ORDER: observe: a hint; the claim decides.
  let seen = load(word)
  while (seen == FREE || isSeatAddress(seen)) {
    // ORDER: claim: the place behind the one that was last (L1).
    const found = compareExchange(word, seen, thread)
    if (found == seen) return seen
    seen = found
  }
  return seen
}

/** Waits until the thread before us grants us the lock, acknowledges that, and returns the grant. */
function awaitGrant(thread: i32, word: i32, previous: i32): i32 {
  const at = previous + GRANT
  let left = roundsToSpin()
  let pause = 1
  let looks = 0
  while (true) {
    // ORDER: observe what the one before us wrote under the lock. Pairs with `leave`.
    const grant = load(at)
    if ((grant & LOCK) == word) {
      // ORDER: claim: nobody else waits for this lock on this grant; and publish that it can be used for the next one.
      // ORDER: wake: those who wait for other locks on it, and its owner. Pairs with `parkOn`.
      if (exchange(at, 0) & PARKED) wake(at, EVERYONE)
      return grant
    }
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
    } else if (parkOn(thread, at, grant, looks > 1 ? ownerBySlot(word) : 0) && looks++ > 0)
      assertQueueMoves(thread, word, looks)
  }
}

/** Sleeps until a grant changes: true, or false if it has changed already. */
function parkOn(thread: i32, at: i32, grant: i32, holder: i32): bool {
  // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the grant still has it.
  //  - our bit comes first: whoever changes the grant finds it, and wakes all;
  //  - that comes first: our compareExchange fails, or `park` finds another word; we look again.
  // Pairs with `leave`, and with `awaitGrant`.
  if ((grant & PARKED) == 0 && compareExchange(at, grant, grant | PARKED) != grant) return false
  poke(thread + Thread.sleptOn, at)
  host.park(at, grant | PARKED, LONGEST_PARK_MS, holder)
  return true
}

// @inline
export function release(thread: i32, word: i32): void {
  noteStep(thread, word)
  forgetHeld(thread, word)
  leave(thread, word, FREE, 0)
  endStep(thread)
}

/** Leaves the queue of a lock: as FREE or poison if nobody is behind us; else with a grant, perhaps DEAD, to whoever is. */
function leave(thread: i32, word: i32, left: i32, how: i32): void {
  // ORDER: publish what was written under the lock: nobody is behind us, or this fails. Pairs with `awaitEmpty`.
  if (compareExchange(word, thread, left) == thread) return
  const at = thread + GRANT
  // ORDER: publish what was written under the lock. Pairs with `awaitGrant`.
  // ORDER: wake: all who sleep on the grant: one of them waits for this lock, and which one is not known. Pairs with `parkOn`.
  if (exchange(at, word | how) & PARKED) wake(at, EVERYONE)
  awaitAcknowledgement(thread, word)
}

/** The grant is one word: until the next thread has seen it, it cannot name another lock. */
function awaitAcknowledgement(thread: i32, word: i32): void {
  const at = thread + GRANT
  let left = roundsToSpin()
  let looks = 0
  while (true) {
    // ORDER: observe: only the one that it names takes it away.
    const grant = load(at)
    if ((grant & LOCK) != word) return
    if (left > 0) {
      left--
      standAside(1)
    } else if (parkOn(thread, at, grant, looks > 1 ? ownerBySlot(word) : 0) && looks++ > 0)
      assertQueueMoves(thread, word, looks)
  }
}

// @inline
export function holds(thread: i32, word: i32): bool {
  return isHeld(thread, word)
}

export function ownerOf(word: i32): i32 {
  return ownerBySlot(word)
}

export function isTaken(word: i32): bool {
  // ORDER: observe: nothing is read on the strength of it.
  return load(word) != FREE
}

export function assertLockWord(word: i32): void {
  // ORDER: observe: only to name a misuse.
  const seen = load(word)
  if (seen == FREE || isSeatAddress(seen)) return
  host.oops(seen == Poison.Word ? Oops.DeadLock : Oops.NoLock, word, seen, 0)
}

/** Whether this can be the address of a thread record. */
function isSeatAddress(address: i32): bool {
  const offset = address - peek(Header.threads)
  return offset >= 0 && offset < peek(Header.threadCapacity) * Size.Thread && offset % Size.Thread == 0
}

export function sleepWhileHeld(word: i32, owner: i32, atMostMs: i32): void {
  // ORDER: observe: `park` looks again. Nobody wakes us; we sleep for so long at most.
  const seen = load(word)
  if (seen != FREE && ownerBySlot(word) == owner) host.park(word, seen, atMostMs, 0)
}

/** It cannot be told whether a dead thread had the lock: whoever waits for it is told (`queue.ts`). */
export function breakDead(_dead: i32, _token: i32, _word: i32): bool {
  return false
}

/** What it had, or waited for, stands in its record still, and keeps the seat from being cleared up. */
export function isSettled(dead: i32): bool {
  return hasNoLock(dead)
}

export function destroy(thread: i32, word: i32): void {
  noteStep(thread, word)
  forgetHeld(thread, word)
  leave(thread, word, Poison.Word, DEAD)
  awaitEmpty(thread, word)
  endStep(thread)
}

/** Each who waits tells the next that the lock is dead, and the last one writes so: until then they need its word. */
function awaitEmpty(thread: i32, word: i32): void {
  let left = roundsToSpin()
  // ORDER: observe that the last one has gone. Pairs with `leave`.
  while (load(word) != Poison.Word) {
    if (left-- <= 0) {
      assertQueueMoves(thread, word, 0)
      left = roundsToSpin()
    }
    relax()
  }
}
