/**
 * The ticket lock with proportional backoff (Mellor-Crummey & Scott 1991): who comes draws a number, and waits until it is
 * served. First come, first served; and whoever waits knows how many are before it, and stands aside accordingly. When one
 * of those does not run, nobody does: with more threads than cores it collapses.
 *
 *   31..18   the next number to be drawn
 *   17..4    the number that is served; equal to the next one: free
 *   3..1     zero: what has another value here is no lock, or poison
 *   0        PARKED: somebody sleeps, or is about to
 */
import { roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Oops } from "../../layout/oops"
import { Owner } from "../../layout/owner"
import { Poison } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { add, compareExchange, load, peek, store, wake } from "../../words"
import { assertRoom, endStep, forgetHeld, hasNoLock, isHeld, noteHeld, noteStep, ownerBySlot } from "../held"
import { assertQueueMoves } from "../queue"
import { LONGEST_PARK_MS } from "../word"

const NEXT_SHIFT: i32 = 18
const SERVED_SHIFT: i32 = 4
const NUMBER: i32 = 0x3fff
const ONE_DRAWN: i32 = 0x40000
const ONE_SERVED: i32 = 0x10
const PARKED: i32 = 1
const ZERO: i32 = 0xe
/** The part of the word that drawing a number leaves alone. */
const NOT_DRAWN: i32 = 0x3ffff
const EVERYONE: i32 = 0x7fffffff
/** So many looks before the host is told who is waited for. */
const MOST_BLIND: i32 = 4

/** Rounds to stand aside for each thread that is before us: about as long as a short section takes. */
const FOR_EACH: i32 = 16

// @inline
function waitersOf(seen: i32): i32 {
  return ((seen >>> NEXT_SHIFT) - (seen >>> SERVED_SHIFT)) & NUMBER
}

// @inline
export function acquire(thread: i32, word: i32): void {
  if (tryAcquire(thread, word) == 0) acquireSlow(thread, word)
}

// @inline
export function tryAcquire(thread: i32, word: i32): i32 {
  // ORDER: observe: a hint; the claim decides.
  const seen = load(word)
  if (waitersOf(seen) != 0 || (seen & ZERO) != 0) return 0
  assertRoom(thread, word)
  noteStep(thread, word)
  // ORDER: claim: the number that is served already (L1). Whoever loses finds that somebody has come before.
  const isOurs = compareExchange(word, seen, seen + ONE_DRAWN) == seen
  if (isOurs) noteHeld(thread, word)
  endStep(thread)
  return isOurs ? 1 : 0
}

function acquireSlow(thread: i32, word: i32): void {
  assertLockWord(word)
  if (isHeld(thread, word)) host.oops(Oops.SelfDeadlock, word, peek(thread + Thread.id) & Owner.Seat, 0)
  assertRoom(thread, word)
  noteStep(thread, word)
  // ORDER: claim: a number that nobody else has (L1).
  let seen = add(word, ONE_DRAWN)
  const mine = seen >>> NEXT_SHIFT
  let left = roundsToSpin()
  let before = seen
  for (let looks = 0; ; looks++) {
    assertTicketWord(word, seen)
    const ahead = (mine - (seen >>> SERVED_SHIFT)) & NUMBER
    if (ahead == 0) break
    if (left > 0) {
      left -= ahead
      standAside(ahead * FOR_EACH)
    } else if (parkOn(word, seen, looks) && (((before ^ seen) >>> SERVED_SHIFT) & NUMBER) == 0)
      assertQueueMoves(thread, word, looks)
    before = seen
    // ORDER: observe what the one before us wrote under the lock. Pairs with `release`.
    seen = load(word)
  }
  noteHeld(thread, word)
  endStep(thread)
}

/** Sleeps until the next number is served: true, or false if the word is another by now. */
function parkOn(word: i32, seen: i32, looks: i32): bool {
  // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word still has it.
  //  - our bit comes first: `release` finds it, and wakes all, for it cannot know who is next;
  //  - its step comes first: our compareExchange fails, or `park` finds another word; we look again.
  // Pairs with `release`, and with `destroy`.
  if ((seen & PARKED) == 0 && compareExchange(word, seen, seen | PARKED) != seen) return false
  // To find the holder takes a look at every seat: not the first time.
  host.park(word, seen | PARKED, LONGEST_PARK_MS, looks > MOST_BLIND ? ownerBySlot(word) : 0)
  return true
}

// @inline
export function release(thread: i32, word: i32): void {
  noteStep(thread, word)
  forgetHeld(thread, word)
  while (true) {
    // ORDER: observe: others only draw numbers, and set PARKED.
    const seen = load(word)
    // The last number is followed by the first, and nothing is carried into the number to be drawn.
    const served = (seen & (NUMBER << SERVED_SHIFT)) + ONE_SERVED
    const after = (seen & ~NOT_DRAWN) | (served & (NUMBER << SERVED_SHIFT))
    // ORDER: publish what was written under the lock. Pairs with `acquireSlow`.
    if (compareExchange(word, seen, after) != seen) continue
    endStep(thread)
    // ORDER: wake: all of them: one of them is next, and which one the word does not say. Pairs with `parkOn`.
    if (seen & PARKED) wake(word, EVERYONE)
    return
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
  return waitersOf(load(word)) != 0
}

export function assertLockWord(word: i32): void {
  // ORDER: observe: only to name a misuse.
  assertTicketWord(word, load(word))
}

function assertTicketWord(word: i32, seen: i32): void {
  if ((seen & ZERO) == 0) return
  host.oops((seen & NOT_DRAWN) == (Poison.Word & NOT_DRAWN) ? Oops.DeadLock : Oops.NoLock, word, seen, 0)
}

export function sleepWhileHeld(word: i32, owner: i32, atMostMs: i32): void {
  // ORDER: observe: `park` looks again. Nobody wakes us who is not asked to; we sleep for so long at most.
  const seen = load(word)
  if (ownerBySlot(word) == owner) host.park(word, seen, atMostMs, 0)
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
  // ORDER: publish poison: whoever waits, or comes later, finds it.
  store(word, Poison.Word)
  forgetHeld(thread, word)
  // ORDER: wake: all shall find the poison. Pairs with `parkOn`.
  wake(word, EVERYONE)
}
