/**
 * CLH (Craig 1993; Landin & Hagersten 1994): a queue in which whoever waits looks at the node of the one before it, and keeps that node
 * for itself when it has the lock. So nodes wander from thread to thread, and a lock brings one along: its words are lent for as
 * long as the heap lives. First come, first served. It cannot be tried: who has joined the queue cannot leave it.
 *
 * Contract of all in this folder: `acquire` returns with the lock, `release` is for who has it; `tryAcquire`, where there is one, never
 * waits. Not recursive. Words of zeros are a free lock. They take more than the one word that a lock of the engine has, so they lie
 * where there is room, in cells; and what they keep of a thread is in `Thread.locks`, which the package's lock does not use.
 * Nobody notes who has one: a dead holder, or waiter, is waited for, and nothing is taken over.
 *
 * Three words of the lock: TAIL, the last node, or 0: the lock's own; HEAD, the holder's node, for its release; NODE.
 * Two of a thread: the node that it has, or 0: the second. A node is one word: HANDED_ON, WAITS or SLEEPS.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const HEAD: i32 = 4
const NODE: i32 = 8
const MINE: i32 = Thread.locks
const FIRST: i32 = 260

const HANDED_ON: i32 = 0
const WAITS: i32 = 1
const SLEEPS: i32 = 2

export const WORDS: i32 = 3

export function acquire(thread: i32, lock: i32): void {
  const mine = peek(thread + MINE)
  const node = mine == 0 ? thread + FIRST : mine
  // PLAIN: nobody looks at it before the next line.
  poke(node, WAITS)
  // ORDER: claim: the place behind the one that was last (L1); and publish our node to whoever comes after us.
  const tail = exchange(lock, node)
  const previous = tail == 0 ? lock + NODE : tail
  // ORDER: observe what the one before us wrote under the lock. Pairs with `release`.
  if (load(previous) != HANDED_ON) awaitTurn(previous)
  // PLAIN: it is ours now, for the next lock; nobody else looks at it any more.
  poke(thread + MINE, previous)
  poke(lock + HEAD, node)
}

/** Waits until the one before us hands the lock on. */
function awaitTurn(previous: i32): void {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe, as in `acquire`. Pairs with `release`.
    const seen = load(previous)
    if (seen == HANDED_ON) return
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: SLEEPS is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: `release` finds SLEEPS, and wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again. Pairs with `release`.
    if (seen == WAITS && compareExchange(previous, WAITS, SLEEPS) != WAITS) continue
    host.park(previous, SLEEPS, LONGEST_PARK_MS, 0)
  }
}

export function release(_thread: i32, lock: i32): void {
  const node = peek(lock + HEAD)
  // ORDER: publish what was written under the lock. The node is the next one's from here on. Pairs with `acquire`, and with `awaitTurn`.
  // ORDER: wake: as told in `awaitTurn`. Pairs with `awaitTurn`.
  if (exchange(node, HANDED_ON) == SLEEPS) wake(node, 1)
}
