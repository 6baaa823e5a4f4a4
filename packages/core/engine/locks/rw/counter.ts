/**
 * The simplest reader–writer lock: readers are counted in the word of the lock, and a writer waits until there are none. Readers come
 * first, so a writer may wait for ever; and all readers write the one word.
 *
 *   31..2   how many readers are in
 *   1       WRITER: a writer is
 *   0       PARKED: somebody sleeps, or is about to
 *
 * Contract of all in this folder: what `acquireRead` keeps out until `releaseRead` is writers, what `acquireWrite` keeps out is
 * everybody. Neither is recursive. After its releasing step no release touches the lock again. Words of zeros are a free lock.
 * Nobody notes who has one: a dead holder is waited for until the host says so, and nothing is taken over.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { compareExchange, exchange, load, sub, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const FREE: i32 = 0
const PARKED: i32 = 1
const WRITER: i32 = 2
const READER: i32 = 4
const EVERYONE: i32 = 0x7fffffff

/** Words that a lock takes. */
export const WORDS: i32 = 1

// @inline
export function acquireRead(_thread: i32, lock: i32): void {
  // ORDER: observe: a hint; the claim decides.
  const seen = load(lock)
  // ORDER: claim: one more reader, from a word without a writer. The loser looks again in the slow half.
  if ((seen & WRITER) != 0 || compareExchange(lock, seen, seen + READER) != seen) acquireReadSlow(lock)
}

function acquireReadSlow(lock: i32): void {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe what the last writer wrote. Pairs with `releaseWrite`.
    const seen = load(lock)
    // ORDER: claim: as in `acquireRead`.
    if ((seen & WRITER) == 0) {
      if (compareExchange(lock, seen, seen + READER) == seen) return
      continue
    }
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
    } else parkOn(lock, seen)
  }
}

// @inline
export function releaseRead(_thread: i32, lock: i32): void {
  // ORDER: publish that what was read has been read. Pairs with `acquireWriteSlow`.
  // ORDER: wake: by the last reader, if somebody sleeps. Whoever comes in between takes the bit over with the lock.
  // Pairs with `parkOn`.
  if (sub(lock, READER) == (READER | PARKED) && compareExchange(lock, PARKED, FREE) == PARKED) wake(lock, EVERYONE)
}

// @inline
export function acquireWrite(_thread: i32, lock: i32): void {
  // ORDER: claim: a word with nobody in it. The loser waits in the slow half.
  if (compareExchange(lock, FREE, WRITER) != FREE) acquireWriteSlow(lock)
}

function acquireWriteSlow(lock: i32): void {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe that all readers have read. Pairs with `releaseRead`, and with `releaseWrite`.
    const seen = load(lock)
    if ((seen & ~PARKED) == FREE) {
      // ORDER: claim: as in `acquireWrite`; those who sleep are ours to wake then.
      if (compareExchange(lock, seen, seen | WRITER) == seen) return
      continue
    }
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
    } else parkOn(lock, seen)
  }
}

// @inline
export function releaseWrite(_thread: i32, lock: i32): void {
  // ORDER: publish what was written under the lock. Pairs with `acquireReadSlow`, and with `acquireWriteSlow`.
  // ORDER: wake: all: readers may come in together. Pairs with `parkOn`.
  if (exchange(lock, FREE) & PARKED) wake(lock, EVERYONE)
}

function parkOn(lock: i32, seen: i32): void {
  // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word has not changed.
  //  - our bit comes first: whoever leaves nobody behind finds it, and wakes all;
  //  - its step comes first: our compareExchange fails, or `park` finds another word; we look again.
  // Pairs with `releaseRead`, and with `releaseWrite`.
  if ((seen & PARKED) == 0 && compareExchange(lock, seen, seen | PARKED) != seen) return
  host.park(lock, seen | PARKED, LONGEST_PARK_MS, 0)
}
