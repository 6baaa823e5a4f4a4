/**
 * TWA: a ticket lock with a waiting array (Dice & Kogan 2019): only who is next looks at the number that is served; all others wait on
 * words of an array that all locks share, by a hash of lock and ticket, and are told when they have become the next. So a release
 * disturbs one waiter or two, and not all. Two that share a word by chance are told for nothing, and look again.
 * First come, first served. The contract is told in `clh.ts`.
 *
 * Two words of the lock: NEXT, the ticket to be drawn, and SERVED, both in steps of two; bit 0 of SERVED: PARKED.
 * The array: what the records of all seats have for locks. A word of it counts in steps of two; bit 0: PARKED.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Header } from "../../layout/header"
import { Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { add, compareExchange, exchange, load, peek, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const SERVED: i32 = 4
const TICKET: i32 = 2
const PARKED: i32 = 1
const EVERYONE: i32 = 0x7fffffff
const WORDS_OF_SEAT: i32 = 16
const SEAT_SHIFT: i32 = 4

export const WORDS: i32 = 2

export function acquire(_thread: i32, lock: i32): void {
  // ORDER: claim: a ticket that nobody else has (L1).
  const ticket = add(lock, TICKET)
  // ORDER: observe what the one before us wrote under the lock. Pairs with `release`.
  const before = ahead(load(lock + SERVED), ticket)
  if (before == 0) return
  if (before > TICKET) awaitNotice(lock, ticket)
  awaitTurn(lock, ticket)
}

export function tryAcquire(_thread: i32, lock: i32): i32 {
  // ORDER: observe: a hint; the claim decides.
  const served = load(lock + SERVED) & ~PARKED
  // ORDER: claim: the ticket that is served already (L1).
  return compareExchange(lock, served, (served + TICKET) | 0) == served ? 1 : 0
}

/** How far it is to a ticket. */
// @inline
function ahead(seen: i32, ticket: i32): i32 {
  return (ticket - (seen & ~PARKED)) | 0
}

/** The word of the array where one waits with this ticket. */
function noticeFor(lock: i32, ticket: i32): i32 {
  const seats = peek(Header.threadCapacity)
  // Neighbouring tickets lie in different seats; the lock's address says where the first one is.
  const hash = (((ticket >> 1) * 17 + (lock >> 2)) | 0) & 0x7fffffff
  const seat = (hash >> SEAT_SHIFT) % seats
  return peek(Header.threads) + seat * Size.Thread + Thread.locks + 4 * (hash & (WORDS_OF_SEAT - 1))
}

/** Waits until there is one before us, or none. */
function awaitNotice(lock: i32, ticket: i32): void {
  const at = noticeFor(lock, ticket)
  let left = roundsToSpin()
  while (true) {
    // ORDER: announce what we have seen of the array; then look how far it is. Pairs with `release`.
    //  - `release` comes first: we find that we are the next;
    //  - we come first: its notice changes the word that we are about to sleep on, or it has PARKED, and it wakes us.
    const seen = load(at)
    if (ahead(load(lock + SERVED), ticket) <= TICKET) return
    if (left > 0) {
      left--
      standAside(1)
      continue
    }
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word has not changed. Pairs with `notify`.
    if ((seen & PARKED) == 0 && compareExchange(at, seen, seen | PARKED) != seen) continue
    host.park(at, seen | PARKED, LONGEST_PARK_MS, 0)
  }
}

/** Waits until our ticket is served. We are the next, or nearly. */
function awaitTurn(lock: i32, ticket: i32): void {
  const at = lock + SERVED
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe what the one before us wrote under the lock. Pairs with `release`.
    const seen = load(at)
    if (ahead(seen, ticket) == 0) return
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word has not changed. Pairs with `release`.
    if ((seen & PARKED) == 0 && compareExchange(at, seen, seen | PARKED) != seen) continue
    host.park(at, seen | PARKED, LONGEST_PARK_MS, 0)
  }
}

export function release(_thread: i32, lock: i32): void {
  // PLAIN: only the holder changes the number; others set PARKED.
  const now = ((peek(lock + SERVED) & ~PARKED) + TICKET) | 0
  const at = noticeFor(lock, (now + TICKET) | 0)
  // ORDER: publish what was written under the lock; then give notice. Pairs with `acquire`, `awaitTurn` and `awaitNotice`.
  // ORDER: wake: who sleeps on the number. Pairs with `awaitTurn`.
  if (exchange(lock + SERVED, now) & PARKED) wake(lock + SERVED, EVERYONE)
  notify(at)
}

/** Tells whoever waits on this word of the array that it may have become the next. */
function notify(at: i32): void {
  while (true) {
    // ORDER: observe: others count as well, and set PARKED.
    const seen = load(at)
    if (compareExchange(at, seen, ((seen & ~PARKED) + TICKET) | 0) != seen) continue
    // ORDER: wake: all, for two locks may share the word. Pairs with `awaitNotice`.
    if (seen & PARKED) wake(at, EVERYONE)
    return
  }
}
