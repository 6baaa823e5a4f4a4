/**
 * MCS as in the K42 system (Auslander, Edelsohn, Krieger, Rosenburg & Wisniewski 2003): the lock is the holder's node, so a thread
 * needs one node only while it waits, however many locks it has. First come, first served. The contract is told in `clh.ts`.
 *
 * Two words of the lock: TAIL: 0, free; the lock's own address, held, and nobody waits; else the last node. NEXT: the first node.
 * Two of a thread, its node: the state, and NEXT, at the same offset.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Address } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, poke, relax, store, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const FREE: i32 = 0
const NEXT: i32 = 4
const NODE: i32 = Thread.locks

const HAS_IT: i32 = 0
const WAITS: i32 = 1
const SLEEPS: i32 = 2

export const WORDS: i32 = 2

export function acquire(thread: i32, lock: i32): void {
  if (tryAcquire(thread, lock) == 0) acquireSlow(thread + NODE, lock)
}

export function tryAcquire(_thread: i32, lock: i32): i32 {
  // ORDER: claim: an empty queue (L1). The loser joins it, or goes away.
  return compareExchange(lock, FREE, lock) == FREE ? 1 : 0
}

function acquireSlow(node: i32, lock: i32): void {
  poke(node, WAITS)
  poke(node + NEXT, Address.None)
  while (true) {
    // ORDER: observe: a hint; the claim decides.
    const previous = load(lock)
    if (previous == FREE) {
      // ORDER: claim: as in `tryAcquire` (L1).
      if (compareExchange(lock, FREE, lock) == FREE) return
      continue
    }
    // ORDER: claim: the place behind the one that was last (L1); and publish our node, to whoever comes after us.
    if (compareExchange(lock, previous, node) != previous) continue
    // ORDER: publish our node to the one before us, or to the holder, whose node is the lock. Pairs with `awaitLink` and `takeOver`.
    store(previous + NEXT, node)
    awaitTurn(node)
    takeOver(node, lock)
    return
  }
}

/** The lock is ours: from here on it is our node, and the one that we waited with is free. */
function takeOver(node: i32, lock: i32): void {
  // ORDER: observe the node behind ours. Pairs with `acquireSlow`.
  let next = load(node + NEXT)
  if (next == Address.None) {
    // Before the claim: afterwards the next one may write there.
    // ORDER: publish that nobody waits; then claim that it is so. Pairs with `release`.
    store(lock + NEXT, Address.None)
    if (compareExchange(lock, node, lock) == node) return
    next = awaitLink(node)
  }
  // ORDER: publish who is next. Pairs with `release`.
  store(lock + NEXT, next)
}

/** Somebody has come after this node, or the lock, and has not said yet who it is: two steps lie between. */
function awaitLink(node: i32): i32 {
  while (true) {
    // ORDER: observe who it is. Pairs with `acquireSlow`.
    const next = load(node + NEXT)
    if (next != Address.None) return next
    relax()
  }
}

/** Waits until the one before us has handed the lock on. */
function awaitTurn(node: i32): void {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe what the one before us wrote under the lock. Pairs with `release`.
    const seen = load(node)
    if (seen == HAS_IT) return
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: SLEEPS is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: `release` finds SLEEPS, and wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again. Pairs with `release`.
    if (seen == WAITS && compareExchange(node, WAITS, SLEEPS) != WAITS) continue
    host.park(node, SLEEPS, LONGEST_PARK_MS, 0)
  }
}

export function release(_thread: i32, lock: i32): void {
  // ORDER: observe who is next. Pairs with `takeOver`.
  let next = load(lock + NEXT)
  if (next == Address.None) {
    // ORDER: publish what was written under the lock: nobody waits, or this fails.
    if (compareExchange(lock, lock, FREE) == lock) return
    next = awaitLink(lock)
  }
  // ORDER: publish what was written under the lock. Pairs with `awaitTurn`.
  // ORDER: wake: as told in `awaitTurn`. Pairs with `awaitTurn`.
  if (exchange(next, HAS_IT) == SLEEPS) wake(next, 1)
}
