/**
 * The phase-fair ticket lock (Brandenburg & Anderson 2010): readers and writers take turns. A reader that finds a writer waits for
 * that one alone, however many wait behind it, and goes in with all who came meanwhile; writers are served in order.
 *
 * Four words, of which readers write the first two, writers the others:
 *   0   RIN: how many readers have come, in the upper 24 bits; below, PRESENT and PHASE of the writer that keeps them out, and
 *       READERS_SLEEP
 *   4   ROUT: how many have gone, and WRITER_SLEEPS: for them to go
 *   8   WIN: the next writer's ticket, in steps of two
 *   12  WOUT: the ticket that is served, and WRITERS_SLEEP: for theirs
 *
 * The contract is told in `counter.ts`.
 */
import { roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { add, compareExchange, load, sub, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const RIN: i32 = 0
const ROUT: i32 = 4
const WIN: i32 = 8
const WOUT: i32 = 12

const PHASE: i32 = 1
const PRESENT: i32 = 2
const WRITER: i32 = 3
/** In RIN: readers sleep until the writer has gone. In ROUT: the writer sleeps until the readers have. */
const SLEEPS: i32 = 4
const READER: i32 = 0x100
const COUNT: i32 = -256
const TICKET: i32 = 2
/** In WOUT. */
const WRITERS_SLEEP: i32 = 1
const EVERYONE: i32 = 0x7fffffff

export const WORDS: i32 = 4

// @inline
export function acquireRead(_thread: i32, lock: i32): void {
  // ORDER: claim: we are counted, and whoever is the next writer waits for us. Pairs with `acquireWrite`.
  //  - we come first: the writer finds us in the count that it has to see going;
  //  - it comes first: we find it PRESENT, and wait until it is gone or another has come, for that one waits for us.
  // ORDER: observe what the last writer wrote. Pairs with `releaseWrite`.
  const writer = add(lock + RIN, READER) & WRITER
  if (writer != 0) awaitPhase(lock, writer)
}

/** Waits until the writer that was present when we came is present no more. */
function awaitPhase(lock: i32, writer: i32): void {
  const at = lock + RIN
  let left = roundsToSpin()
  while (true) {
    // ORDER: observe what the writer wrote. Pairs with `releaseWrite`.
    const seen = load(at)
    if ((seen & WRITER) != writer) return
    if (left > 0) {
      left--
      standAside(1)
      continue
    }
    // ORDER: park: SLEEPS goes up before we sleep, and `park` sleeps only while the word has not changed.
    //  - our bit comes first: the writer finds it when it goes, and wakes all;
    //  - it goes first: our compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `releaseWrite`.
    if ((seen & SLEEPS) == 0 && compareExchange(at, seen, seen | SLEEPS) != seen) continue
    host.park(at, seen | SLEEPS, LONGEST_PARK_MS, 0)
  }
}

// @inline
export function releaseRead(_thread: i32, lock: i32): void {
  // ORDER: publish that what was read has been read. Pairs with `awaitReaders`.
  // ORDER: wake: the one writer that may sleep there. Pairs with `awaitReaders`.
  if (add(lock + ROUT, READER) & SLEEPS) wake(lock + ROUT, 1)
}

export function acquireWrite(_thread: i32, lock: i32): void {
  // ORDER: claim: a ticket that nobody else has.
  const ticket = add(lock + WIN, TICKET)
  awaitTicket(lock, ticket)
  // ORDER: announce that we are there; then look who was there before. Pairs with `acquireRead`, where both outcomes are told.
  const phase = (ticket & TICKET) != 0 ? PHASE : 0
  awaitReaders(lock, add(lock + RIN, PRESENT | phase) & COUNT)
}

function awaitTicket(lock: i32, ticket: i32): void {
  const at = lock + WOUT
  let left = roundsToSpin()
  while (true) {
    // ORDER: observe what the writer before us wrote. Pairs with `releaseWrite`.
    const seen = load(at)
    if ((seen & ~WRITERS_SLEEP) == ticket) return
    if (left > 0) {
      left--
      standAside(1)
      continue
    }
    // ORDER: park: as in `awaitPhase`. Pairs with `releaseWrite`.
    if ((seen & WRITERS_SLEEP) == 0 && compareExchange(at, seen, seen | WRITERS_SLEEP) != seen) continue
    host.park(at, seen | WRITERS_SLEEP, LONGEST_PARK_MS, 0)
  }
}

/** Waits until as many readers have gone as had come before us. */
function awaitReaders(lock: i32, come: i32): void {
  const at = lock + ROUT
  let left = roundsToSpin()
  while (true) {
    // ORDER: observe that they have read. Pairs with `releaseRead`.
    const seen = load(at)
    if ((seen & COUNT) == come) {
      // ORDER: claim: only the one writer whose turn it is sets or clears it; others have all gone, or wait for us.
      if (seen & SLEEPS) sub(at, SLEEPS)
      return
    }
    if (left > 0) {
      left--
      standAside(1)
      continue
    }
    // ORDER: park: SLEEPS goes up before we sleep; whoever goes finds it and wakes us, or our compareExchange fails, or `park`
    // finds another word. Pairs with `releaseRead`.
    if ((seen & SLEEPS) == 0 && compareExchange(at, seen, seen | SLEEPS) != seen) continue
    host.park(at, seen | SLEEPS, LONGEST_PARK_MS, 0)
  }
}

export function releaseWrite(_thread: i32, lock: i32): void {
  // ORDER: publish what was written under the lock. Pairs with `acquireRead`, and with `awaitPhase`.
  // ORDER: wake: all readers: they go in together. Pairs with `awaitPhase`.
  if (clear(lock + RIN, WRITER | SLEEPS, 0) & SLEEPS) wake(lock + RIN, EVERYONE)
  // ORDER: publish it to the next writer; which of those that sleep it is, the word does not say. Pairs with `awaitTicket`.
  // ORDER: wake: all of them. Pairs with `awaitTicket`.
  if (clear(lock + WOUT, WRITERS_SLEEP, TICKET) & WRITERS_SLEEP) wake(lock + WOUT, EVERYONE)
}

/** Clears bits and adds; returns what was there before. */
function clear(at: i32, bits: i32, more: i32): i32 {
  while (true) {
    // ORDER: observe: others only count themselves, and set the bits of those who sleep.
    const seen = load(at)
    if (compareExchange(at, seen, (seen & ~bits) + more) == seen) return seen
  }
}
