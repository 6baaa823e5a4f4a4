/**
 * A lock that a thread may take several of, in any order, without deadlock: wait-die (Rosenkrantz, Stearns & Lewis
 * 1978), the half of the kernel's wound/wait mutex that reservations use.
 *
 * A thread that needs several draws a ticket. Who finds the lock held waits if its ticket is older than the holder's,
 * or if it has nothing that others could be waiting for; else it is told to back off: to give back all it has, keep
 * its ticket, and come again. So whoever waits while it has something waits for a younger one, and no circle closes;
 * and the oldest ticket never backs off.
 *
 * The word is as in `word.ts`, whatever locks this build is made with, with one bit more: CONTEXT says that the holder's ticket counts. The ticket itself is
 * in the holder's thread record, so that a lock and its ticket change in one step. A waiter's decision is good for one
 * holder. Therefore
 *   - `unlockTicket` wakes all sleepers, not one: each must decide anew about the next holder;
 *   - a waiter that decides, and falls asleep only after the lock has gone to others and come back to the same holder,
 *     is right all the same: the tickets of a thread record only become younger, and it has decided to wait for an
 *     older one of them.
 */
import * as host from "../host"
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import { Header, LockKind } from "../layout/header"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Thread } from "../layout/thread"
import { compareExchange, exchange, load, peek, poke, store, wake } from "../words"
import { isWideAbove } from "../wide"
import { hasOrder, noteGiven, noteTaken, noteWanted } from "./order"
import { seatOf } from "./owner"
import { holds, tryAcquire } from "./owner-word"
import { acquire } from "./strategies/spin-or-sleep"
import { FREE, LONGEST_PARK_MS, OWNER, PARKED, assertHolder, assertToken, parkOn } from "./word"

/** In a lock word: it was taken with a ticket. */
const CONTEXT: i32 = Owner.Context

/** `lockTicket`'s answers. */
export const LOCKED: i32 = 0
export const BACK_OFF: i32 = 1
export const ALREADY_LOCKED: i32 = 2

const EVERYONE: i32 = 0x7fffffff

/** Takes the lock without a ticket: waits for it, whoever holds it. */
export function lockAlone(thread: i32, word: i32): void {
  if (CHECKED && hasOrder(thread) && !holds(thread, word)) noteWanted(thread, word)
  acquire(thread, word)
  if (CHECKED) noteTaken(thread, word)
}

/** Takes the lock if it is free: 1, or 0 at once. */
export function tryLockAlone(thread: i32, word: i32): i32 {
  const taken = tryAcquire(thread, word)
  if (CHECKED && taken) noteTaken(thread, word)
  return taken
}

/** Takes the lock with the thread's ticket. ALREADY_LOCKED: with this very ticket. BACK_OFF: give all back, then come again. */
export function lockTicket(thread: i32, word: i32): i32 {
  const mine = peek(thread + Thread.id) | CONTEXT
  // ORDER: claim: as in `acquire` of a strategy (L1).
  // ORDER: publish our ticket, which was stored before. Pairs with `mustBackOff`.
  const seen = compareExchange(word, FREE, mine)
  if (seen != FREE) {
    if ((seen & ~PARKED) == mine) return ALREADY_LOCKED
    if ((seen & OWNER) == (mine & OWNER)) host.oops(Oops.SelfDeadlock, word, mine & Owner.Seat, 0)
    if (!lockTicketSlow(thread, word, mine)) return BACK_OFF
  }
  poke(thread + Thread.acquired, peek(thread + Thread.acquired) + 1)
  // Among themselves these locks have no order: that is what the tickets are for.
  if (CHECKED) noteTaken(thread, word)
  return LOCKED
}

/** Waits for the lock: true when it is ours, false to back off. */
function lockTicketSlow(thread: i32, word: i32, mine: i32): bool {
  let pause = 1
  let before: i32 = FREE
  let spins = peek(Header.lockKind) == LockKind.Spin ? roundsToSpin() : 0
  while (true) {
    // ORDER: claim: as in `acquire` of a strategy (L1). Without PARKED: the unlock that made the word FREE wakes everybody,
    // so nobody sleeps on our account who does not set the bit again.
    // ORDER: publish our ticket, as in `lockTicket`. Pairs with `mustBackOff`.
    const seen = compareExchange(word, FREE, mine)
    if (seen == FREE) return true
    assertToken(word, seen)
    if (mustBackOff(thread, seen)) return false
    if (spins > 0) {
      spins--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
    } else {
      if (seen == before) assertHolder(word, seen, mine & OWNER, 0)
      parkOn(word, seen, LONGEST_PARK_MS, seen & OWNER)
      before = seen | PARKED
    }
  }
}

/** Whether the holder is older than we are, and we have what others may be waiting for. `seen` is the word as we read it. */
function mustBackOff(thread: i32, seen: i32): bool {
  if (peek(thread + Thread.acquired) == 0 || (seen & CONTEXT) == 0) return false
  const holder = seatOf(seen)
  // ORDER: observe the holder's ticket. Pairs with `lockTicket`, `lockTicketSlow` and `beginTicket`.
  //  - it is the one it holds the lock with: we decide right;
  //  - it has given the lock back since, and this is a later one: if we decide to wait, the word has changed and we do
  //    not sleep, or it has the lock again, with this one. High word first: half of a later ticket looks older, and at
  //    worst we back off for nothing.
  const hi = load(holder + Thread.ticketHi)
  const lo = load(holder + Thread.ticketLo)
  return isWideAbove(peek(thread + Thread.ticketLo), peek(thread + Thread.ticketHi), lo, hi)
}

/** Gives the thread a ticket. It must hold nothing that it took with the one before. */
export function beginTicket(thread: i32, lo: i32, hi: i32): void {
  // ORDER: publish: low word first. Pairs with `mustBackOff`.
  store(thread + Thread.ticketLo, lo)
  store(thread + Thread.ticketHi, hi)
}

/** Gives the lock back, however it was taken, and wakes all who sleep on it. */
export function unlockTicket(thread: i32, word: i32): void {
  // ORDER: publish what was written under the lock, as `release` of `owner-word.ts` does.
  // ORDER: wake: a sleeper sets PARKED before it sleeps; either we see the bit here, or our exchange came first and it
  // finds another word. Pairs with `parkOn` in `word.ts`.
  if (CHECKED) noteGiven(thread, word)
  const seen = exchange(word, FREE)
  if (seen & CONTEXT) poke(thread + Thread.acquired, peek(thread + Thread.acquired) - 1)
  if (seen & PARKED) wake(word, EVERYONE)
}
