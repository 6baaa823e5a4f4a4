/**
 * A lock that now and then lets two in: it looks, and then writes, and between the two another may have done the same.
 * For testing whatever tests locks (after locktorture's `lock_busted`).
 */
import { Thread } from "../../layout/thread"
import { load, peek, relax, store } from "../../words"
import { assertLockable } from "../owner-word"
import { assertWaitable } from "../spinning"
import { FREE } from "../word"

export { assertLockWord, breakDead, destroy, holds, isSettled, isTaken, ownerOf, sleepWhileHeld } from "../owner-word"

// @inline
export function acquire(thread: i32, word: i32): void {
  if (tryAcquire(thread, word) == 0) acquireSlow(thread, word)
}

function acquireSlow(thread: i32, word: i32): void {
  const me = peek(thread + Thread.id)
  assertLockable(word, me)
  for (let round = 1; ; round++) {
    // ORDER: observe: and nothing more, which is what is wrong with it.
    assertWaitable(word, load(word), me, round)
    if (tryAcquire(thread, word) != 0) return
    relax()
  }
}

export function tryAcquire(thread: i32, word: i32): i32 {
  // ORDER: observe: whoever looks between this and the next line finds the lock free as well.
  if (load(word) != FREE) return 0
  store(word, peek(thread + Thread.id))
  return 1
}

// @inline
export function release(thread: i32, word: i32): void {
  // ORDER: publish what was written under the lock.
  store(word, FREE)
}
