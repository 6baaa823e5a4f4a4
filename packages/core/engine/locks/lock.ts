/**
 * The lock contract, and the one place that picks an algorithm.
 *
 * A lock is one word:
 *   0                 free
 *   token             held by the thread with that token (layout/owner.ts), nobody sleeps
 *   token | PARKED    held, and somebody sleeps or is about to
 *
 * So the owner is always known: a thread that locks twice is told, and the lock of a dead thread can be taken over.
 * DEATH: the word is the commit. Who dies with its token in it held the lock, and who dies before never did.
 * Both algorithms share the fast path and `unlock`; they differ in how they wait. An algorithm with another word
 * (ticket, MCS) would add its case to the functions below and nowhere else.
 *
 * Contract: `lock` returns holding the lock. `tryLock` never waits. `unlock` is for the holder. Not recursive.
 */
import * as host from "../host"
import { Header, LockKind } from "../layout/header"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Poison } from "../layout/record"
import { Thread } from "../layout/thread"
import { compareExchange, exchange, load, peek, wake } from "../words"
import { lockMutexSlow } from "./mutex"
import { lockSpinSlow } from "./spin"
import { noteGiven, noteTaken, noteWanted } from "./order"
import { FREE, OWNER, PARKED } from "./word"

/** Takes the lock, waiting for it if need be. Throws an oops when this thread holds it already. */
// @inline
export function lock(thread: i32, word: i32): void {
  if (CHECKED) noteWanted(thread, word)
  const me = peek(thread + Thread.id)
  // ORDER: claim: one thread finds FREE (L1). The loser waits in the slow half.
  // Pairs with `unlock`: what the last holder wrote before its exchange is readable after ours.
  if (compareExchange(word, FREE, me) != FREE) lockSlow(word, me)
  if (CHECKED) noteTaken(thread, word)
}

/** Inlined, calls and all: measured, `lock` + `unlock` takes 7.0 ns so, and 9.3 with a call in this place. */
// @inline
function lockSlow(word: i32, me: i32): void {
  // ORDER: observe: only to name a misuse; our own id can stand there only if we wrote it.
  const seen = load(word)
  if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
  if ((seen & OWNER) == me) host.oops(Oops.SelfDeadlock, word, me & Owner.Seat, 0)
  if (peek(Header.lockKind) == LockKind.Spin) lockSpinSlow(word, me)
  else lockMutexSlow(word, me)
}

/** Takes the lock if it is free: 1, or 0 at once. */
// @inline
export function tryLock(thread: i32, word: i32): i32 {
  // ORDER: claim: as in `lock`; the loser goes away (L1).
  const taken = compareExchange(word, FREE, peek(thread + Thread.id)) == FREE
  // It waits for nobody, and so says nothing about the order.
  if (CHECKED && taken) noteTaken(thread, word)
  return taken ? 1 : 0
}

/** Gives the lock back, and wakes one sleeper if there is one. */
// @inline
export function unlock(thread: i32, word: i32): void {
  if (CHECKED) {
    assertHeld(thread, word)
    noteGiven(thread, word)
  }
  // ORDER: publish what was written under the lock. Pairs with `lock`.
  // ORDER: wake: a sleeper sets PARKED before it sleeps; either we see the bit here, or our exchange came first and
  // its compareExchange finds the lock free. Pairs with `parkOn` in `word.ts`.
  if (exchange(word, FREE) & PARKED) wake(word, 1)
}

/** Checked flavour: the caller holds the lock, or it is an oops. */
export function assertHeld(thread: i32, word: i32): void {
  if (CHECKED) {
    // ORDER: observe: if we hold it only the PARKED bit can change under us.
    const seen = load(word)
    if ((seen & OWNER) != peek(thread + Thread.id))
      host.oops(
        (seen & OWNER) == 0 ? Oops.LockNotHeld : Oops.ForeignUnlock,
        word,
        peek(thread + Thread.id) & Owner.Seat,
        seen & Owner.Seat,
      )
  }
}

/** Token of the thread that holds the lock, or 0. May be late. */
export function ownerOf(word: i32): i32 {
  // ORDER: observe: nothing is read on the strength of it.
  return load(word) & OWNER
}
