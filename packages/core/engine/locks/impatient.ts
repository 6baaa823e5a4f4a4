/**
 * Locks on the way to arming something: for a wait with a bound, which must return at its bound though a lock's holder
 * sleeps or is dead. Whether an operation is impatient stands in `Thread.impatient` for its length.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import * as host from "../host"
import { Patience } from "../layout/answer"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Thread } from "../layout/thread"
import { peek, poke } from "../words"
import { lock, tryLock } from "./lock"
import { assertLockWord, holds, ownerOf, sleepWhileHeld } from "./strategy"
import { LONGEST_PARK_MS } from "./word"

/** Takes the lock: true. An impatient operation spins for it, and may give up: false, and nothing more can be armed by it. */
export function lockToArm(thread: i32, word: i32): bool {
  if (peek(thread + Thread.impatient) == Patience.Patient) {
    lock(thread, word)
    return true
  }
  if (lockSoon(thread, word)) return true
  poke(thread + Thread.impatient, Patience.GaveUp)
  return false
}

/** Spins for the lock, for who comes again if it stays taken: false, and then nothing was done. */
export function lockSoon(thread: i32, word: i32): bool {
  let pause = 1
  for (let left = roundsToSpin(); left >= 0; left--) {
    assertLockWord(word)
    if (tryLock(thread, word)) return true
    if (holds(thread, word)) host.oops(Oops.SelfDeadlock, word, peek(thread + Thread.id) & Owner.Seat, 0)
    standAside(pause)
    if (pause < LONGEST_PAUSE) pause <<= 1
  }
  return false
}

/** Takes the lock, unless one holder keeps it for so long that it may be dead: for what can be done later, and better is done now. */
export function lockInTime(thread: i32, word: i32): bool {
  while (!lockSoon(thread, word)) {
    const owner = ownerOf(word)
    // Free by now: whoever sleeps on that sleeps for nobody.
    if (owner == 0) continue
    sleepWhileHeld(word, owner, LONGEST_PARK_MS)
    if (ownerOf(word) == owner) return false
  }
  return true
}

/** Whether the operation that is running has given up a lock. */
export function hasGivenUp(thread: i32): bool {
  return peek(thread + Thread.impatient) == Patience.GaveUp
}
