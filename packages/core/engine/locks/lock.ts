/**
 * Locks, as the rest of the engine sees them: what is true of every one of them (lock order, misuse), around the strategy
 * that this build was made with.
 *
 * Contract: `lock` returns holding the lock. `tryLock` never waits. `unlock` is for the holder. Not recursive.
 *
 * A strategy (`strategies/`) is one file, and exports
 *   acquire, tryAcquire, release   as here; after its releasing step `release` never touches the lock's memory again
 *   holds, ownerOf                 who has it: exact for oneself, perhaps late of others; 0 for nobody
 *   isTaken                        whether it is not free: held, or somebody is on the way into it; perhaps late
 *   assertLockWord                 an oops if a word is that of a dead lock, or of none
 *   sleepWhileHeld                 sleeps a little, unless the lock has another holder by now
 *   breakDead                      gives back what a dead thread held: true if it did
 *   isSettled                      whether a dead thread has nothing to do with any lock any more
 *   destroy                        the holder ends the lock's life: those who wait, and who come later, are told
 * A word of zeros is a lock that is free, and was never used.
 */
import * as host from "../host"
import { Event, Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Thread } from "../layout/thread"
import { trace } from "../trace"
import { peek } from "../words"
import { hasOrder, noteGiven, noteTaken, noteWanted } from "./order"
import { acquire, holds, isTaken, ownerOf, release, tryAcquire } from "./strategy"

/** Takes the lock, waiting for it if need be. Throws an oops when this thread holds it already. */
// @inline
export function lock(thread: i32, word: i32): void {
  if (CHECKED) noteWait(thread, word)
  if (TRACED && isTaken(word)) trace(thread, Event.LockWanted, word, 0)
  acquire(thread, word)
  if (CHECKED) noteTaken(thread, word)
  if (TRACED) trace(thread, Event.LockTaken, word, 0)
}

/** Who waits for itself is told elsewhere. */
function noteWait(thread: i32, word: i32): void {
  if (CHECKED && hasOrder(thread) && !holds(thread, word)) noteWanted(thread, word)
}

/** Takes the lock if it is free: 1, or 0 at once. */
// @inline
export function tryLock(thread: i32, word: i32): i32 {
  const taken = tryAcquire(thread, word)
  // It waits for nobody, and so says nothing about the order.
  if (CHECKED && taken) noteTaken(thread, word)
  if (TRACED && taken) trace(thread, Event.LockTaken, word, 0)
  return taken
}

/** Gives the lock back, and wakes one sleeper if there is one. */
// @inline
export function unlock(thread: i32, word: i32): void {
  if (CHECKED) {
    assertHeld(thread, word)
    noteGiven(thread, word)
  }
  if (TRACED) trace(thread, Event.LockGiven, word, 0)
  release(thread, word)
}

/** Checked flavour: the caller holds the lock, or it is an oops. */
export function assertHeld(thread: i32, word: i32): void {
  if (CHECKED) {
    if (holds(thread, word)) return
    const owner = ownerOf(word)
    host.oops(
      owner == 0 ? Oops.LockNotHeld : Oops.ForeignUnlock,
      word,
      peek(thread + Thread.id) & Owner.Seat,
      owner & Owner.Seat,
    )
  }
}
