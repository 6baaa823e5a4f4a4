/**
 * A sequence lock (Linux, 2003; Lameter 2005): readers write nothing, and keep nobody out. They note the version, read, and begin anew when
 * it is another by then. So what they read must be read by loads, and be used only when `retryRead` has said no: it may be half of
 * one writing and half of another.
 *
 *   31..2   the version: how often it was written, modulo 2^30; a reader that sleeps through so many is deceived
 *   1       WRITING
 *   0       PARKED: somebody sleeps until it is written
 *
 * Contract: between `beginRead` and a `retryRead` that returns 0 nothing was written. Writers keep each other out. For the rest,
 * as told in `counter.ts`.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { compareExchange, load, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const PARKED: i32 = 1
const WRITING: i32 = 2
const BITS: i32 = 3
const VERSION: i32 = 4
const EVERYONE: i32 = 0x7fffffff

export const WORDS: i32 = 1

/** The version to give to `retryRead`. Waits while somebody writes. */
// @inline
export function beginRead(_thread: i32, lock: i32): i32 {
  // ORDER: observe what the last writer wrote: our loads come after this one. Pairs with `releaseWrite`.
  const seen = load(lock)
  return (seen & WRITING) == 0 ? seen : awaitVersion(lock)
}

/** 1 when something was written since: what was read is good for nothing. */
// @inline
export function retryRead(_thread: i32, lock: i32, version: i32): i32 {
  // ORDER: check: our loads came before this one. Pairs with `acquireWrite`.
  //  - the writer comes first: we find another version, or WRITING;
  //  - we come first: none of its stores was there when we read.
  return load(lock) == version ? 0 : 1
}

/** Waits until nobody writes; the word then. */
function awaitVersion(lock: i32): i32 {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe, as in `beginRead`. Pairs with `releaseWrite`.
    const seen = load(lock)
    if ((seen & WRITING) == 0) return seen
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word has not changed.
    //  - our bit comes first: the writer finds it at its end, and wakes all;
    //  - it ends first: our compareExchange fails, or `park` finds another word; we look again. Pairs with `releaseWrite`.
    if ((seen & PARKED) == 0 && compareExchange(lock, seen, seen | PARKED) != seen) continue
    host.park(lock, seen | PARKED, LONGEST_PARK_MS, 0)
  }
}

// @inline
export function acquireWrite(_thread: i32, lock: i32): void {
  // ORDER: observe: a hint; the claim decides.
  let seen = load(lock)
  // ORDER: announce that we write, before the first store; and claim: one writer. Pairs with `retryRead`.
  while ((seen & WRITING) != 0 || compareExchange(lock, seen, seen | WRITING) != seen) seen = awaitVersion(lock)
}

// @inline
export function releaseWrite(_thread: i32, lock: i32): void {
  while (true) {
    // ORDER: observe: others only set PARKED.
    const seen = load(lock)
    // ORDER: publish what was written, as another version. Pairs with `beginRead`, and with `awaitVersion`.
    if (compareExchange(lock, seen, (seen & ~BITS) + VERSION) != seen) continue
    // ORDER: wake: all: readers, and writers. Pairs with `awaitVersion`.
    if (seen & PARKED) wake(lock, EVERYONE)
    return
  }
}
