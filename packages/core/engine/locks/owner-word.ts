/**
 * What all locks have in common whose word holds its owner's token (`word.ts`): everything but how one waits.
 *
 * So the owner is always known: a thread that locks twice is told, and the lock of a dead thread can be taken over.
 * DEATH: the word is the commit. Who dies with its token in it held the lock, and who dies before never did.
 */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Poison } from "../layout/record"
import { Thread } from "../layout/thread"
import { compareExchange, exchange, load, peek, store, wake } from "../words"
import { isToken } from "./owner"
import { FREE, OWNER, PARKED, assertToken, parkOn } from "./word"

const EVERYONE: i32 = 0x7fffffff

// @inline
export function tryAcquire(thread: i32, word: i32): i32 {
  // ORDER: claim: as in `acquire` of a strategy; the loser goes away (L1).
  return compareExchange(word, FREE, peek(thread + Thread.id)) == FREE ? 1 : 0
}

// @inline
export function release(thread: i32, word: i32): void {
  // ORDER: publish what was written under the lock. Pairs with `acquire` of `strategies/spin-or-sleep.ts`.
  // ORDER: wake: a sleeper sets PARKED before it sleeps; either we see the bit here, or our exchange came first and
  // its compareExchange finds the lock free. Pairs with `parkOn` in `word.ts`, and `acquireAsleep` in `handoff.ts`.
  if (exchange(word, FREE) & PARKED) wake(word, 1)
}

/** Whether this thread has the lock. */
// @inline
export function holds(thread: i32, word: i32): bool {
  // ORDER: observe: our own token can stand there only if we wrote it, and then only the PARKED bit can change under us.
  return (load(word) & OWNER) == peek(thread + Thread.id)
}

/** Token of the thread that holds the lock, or 0. May be late. */
export function ownerOf(word: i32): i32 {
  // ORDER: observe: nothing is read on the strength of it.
  return load(word) & OWNER
}

/** Whether the lock is held, or somebody is on the way into it. May be late. */
export function isTaken(word: i32): bool {
  return isToken(ownerOf(word))
}

/** About to wait: an oops if the lock is dead, or ours. */
// @inline
export function assertLockable(word: i32, me: i32): void {
  // ORDER: observe: only to name a misuse; our own id can stand there only if we wrote it.
  const seen = load(word)
  if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
  if ((seen & OWNER) == me) host.oops(Oops.SelfDeadlock, word, me & Owner.Seat, 0)
}

/** An oops if the word is that of a dead lock, or of none. */
export function assertLockWord(word: i32): void {
  // ORDER: observe: only to name a misuse.
  const seen = load(word)
  if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
  if (seen != FREE) assertToken(word, seen)
}

/** Sleeps a little, unless the lock has another holder by now. */
export function sleepWhileHeld(word: i32, owner: i32, atMostMs: i32): void {
  // ORDER: observe: `parkOn` looks again.
  const seen = load(word)
  if ((seen & OWNER) == owner) parkOn(word, seen, atMostMs, 0)
}

/**
 * Gives a lock back if the dead thread with this token has it: true if so. Safe also when two threads clear up, and in a
 * cell that is no lock.
 */
export function breakDead(dead: i32, token: i32, word: i32): bool {
  // ORDER: observe: only its holder and sleepers change it, and these set PARKED only.
  let seen = load(word)
  while ((seen & OWNER) == token) {
    // ORDER: wake: as `release` would have, but all: of those who wait with a ticket each must decide anew.
    const found = compareExchange(word, seen, FREE)
    if (found == seen) {
      if (seen & PARKED) wake(word, EVERYONE)
      return true
    }
    seen = found
  }
  return false
}

/** Whether a dead thread, whose locks were broken, has nothing to do with any lock any more: nobody waits for what it waited for. */
// @inline
export function isSettled(_dead: i32): bool {
  return true
}

/** The holder ends the lock's life: whoever locks it from now on, or waits for it, is told. */
export function destroy(thread: i32, word: i32): void {
  // ORDER: publish poison: whoever still locks this finds it, and oopses.
  store(word, Poison.Word)
  // ORDER: wake: who sleeps on the lock shall find the poison as well. Pairs with `parkOn` in `word.ts`.
  wake(word, EVERYONE)
}
