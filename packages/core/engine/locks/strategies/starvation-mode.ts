/**
 * A lock with a mode for the starving (after Go's sync.Mutex, 2016): whoever runs may overtake those who sleep, until one of
 * them has woken in vain too often. It says so on the word, and the next release hands the lock over. Go goes by the clock
 * (a millisecond); this one counts the wakes that came too late.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, wake } from "../../words"
import { HUNGRY, acquireAsleep, handOver, tryAcquireHanded } from "../handoff"
import { assertLockable } from "../owner-word"
import { FREE, PARKED } from "../word"

export { assertLockWord, breakDead, destroy, holds, isSettled, isTaken, ownerOf, sleepWhileHeld } from "../owner-word"

/** After so many sleeps in vain a thread is hungry. */
const PATIENCE: i32 = 2

// @inline
export function acquire(thread: i32, word: i32): void {
  const me = peek(thread + Thread.id)
  // ORDER: claim: one thread finds FREE (L1). The loser waits in the slow half.
  if (compareExchange(word, FREE, me) != FREE) acquireSlow(thread, word, me)
}

export function tryAcquire(thread: i32, word: i32): i32 {
  return tryAcquireHanded(thread, word)
}

function acquireSlow(thread: i32, word: i32, me: i32): void {
  assertLockable(word, me)
  let pause = 1
  for (let left = roundsToSpin(); left > 0; left--) {
    standAside(pause)
    if (pause < LONGEST_PAUSE) pause <<= 1
    // ORDER: claim: as in `acquire` (L1); we never slept, so nobody sleeps on our account.
    if (load(word) == FREE && compareExchange(word, FREE, me) == FREE) return
  }
  acquireAsleep(thread, word, PATIENCE)
}

// @inline
export function release(thread: i32, word: i32): void {
  // ORDER: observe: while we have the lock others only set bits; what is set after this look waits for the next release.
  if (load(word) & HUNGRY) handOver(word)
  // ORDER: publish what was written under the lock; and wake, as `release` of `owner-word.ts` does.
  else if (exchange(word, FREE) & PARKED) wake(word, 1)
}
