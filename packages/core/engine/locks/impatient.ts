/**
 * Locks on the way to arming something: for a wait with a bound, which must return at its bound though a lock's holder
 * sleeps or is dead. Whether an operation is impatient stands in `Thread.impatient` for its length.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import * as host from "../host"
import { Patience } from "../layout/answer"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Poison } from "../layout/record"
import { Thread } from "../layout/thread"
import { load, peek, poke } from "../words"
import { lock, ownerOf, tryLock } from "./lock"
import { FREE, assertToken } from "./word"

/** Takes the lock: true. An impatient operation spins for it, and may give up: false, and nothing more can be armed by it. */
export function lockToArm(thread: i32, word: i32): bool {
  if (peek(thread + Thread.impatient) == Patience.Patient) {
    lock(thread, word)
    return true
  }
  let pause = 1
  for (let left = roundsToSpin(); left >= 0; left--) {
    // ORDER: observe: only to name a misuse, as `lockSlow` of `lock.ts` does.
    const seen = load(word)
    if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
    if (seen != FREE) assertToken(word, seen)
    if (tryLock(thread, word)) return true
    if (ownerOf(word) == peek(thread + Thread.id))
      host.oops(Oops.SelfDeadlock, word, peek(thread + Thread.id) & Owner.Seat, 0)
    standAside(pause)
    if (pause < LONGEST_PAUSE) pause <<= 1
  }
  poke(thread + Thread.impatient, Patience.GaveUp)
  return false
}

/** Whether the operation that is running has given up a lock. */
export function hasGivenUp(thread: i32): bool {
  return peek(thread + Thread.impatient) == Patience.GaveUp
}
