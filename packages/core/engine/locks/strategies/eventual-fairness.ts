/**
 * A lock that is fair in the end (after WTF::Lock 2015 and parking_lot): whoever runs may overtake those who sleep, which is
 * fast; but of the releases that find somebody asleep, one in so many hands the lock over. Those locks go by the clock
 * (half a millisecond or one); this one counts, for a clock on every release would cost more than the release.
 *
 * The count is the first word of the thread's record for locks.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, wake } from "../../words"
import { acquireAsleep, handOver, tryAcquireHanded } from "../handoff"
import { assertLockable } from "../owner-word"
import { FREE, PARKED } from "../word"

export { assertLockWord, breakDead, destroy, holds, isSettled, isTaken, ownerOf, sleepWhileHeld } from "../owner-word"

/** A hand-over costs a park and a wake: some 45 µs, and so about as many as the rest together. */
const FAIR_ONCE_IN: i32 = 16
const NEVER_HUNGRY: i32 = 0x7fffffff

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
  acquireAsleep(thread, word, NEVER_HUNGRY)
}

// @inline
export function release(thread: i32, word: i32): void {
  // ORDER: observe: while we have the lock others only set bits; what is set after this look waits for the next release.
  if (load(word) & PARKED && isTurn(thread)) handOver(word)
  // ORDER: publish what was written under the lock; and wake, as `release` of `owner-word.ts` does.
  else if (exchange(word, FREE) & PARKED) wake(word, 1)
}

/** PLAIN: the count is the thread's own. */
function isTurn(thread: i32): bool {
  const count = peek(thread + Thread.locks) + 1
  poke(thread + Thread.locks, count < FAIR_ONCE_IN ? count : 0)
  return count >= FAIR_ONCE_IN
}
