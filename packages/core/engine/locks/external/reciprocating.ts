/**
 * The Reciprocating lock (Dice & Kogan, PPoPP 2025): those who come push themselves onto a stack; when the holder has served all whom it
 * took off before, it takes the whole stack, and that is served from the newest down. One exchange to come, and in most cases one store
 * to go; a thread needs one word, however many locks it has. Nobody is overtaken by another more than twice (their claim; measured
 * in docs/STRATEGIES.md). The contract is told in `clh.ts`.
 *
 * What is passed from one holder to the next is where the stack that is being served ends: the address that was on the stack before
 * its first, whose owner may have long been gone. Nobody is there: it is only compared.
 *
 * Three words of the lock: ARRIVALS: 0, free; EMPTY, held, and nobody has come; else who came last. And, the holder's own, who
 * is NEXT, and the END that is passed on. One of a thread, its gate: 0, SLEEPS, or the end that was passed to it.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Address } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"

const FREE: i32 = 0
const EMPTY: i32 = 1
const NEXT: i32 = 4
const END: i32 = 8
const GATE: i32 = Thread.locks

const SHUT: i32 = 0
const SLEEPS: i32 = 2

export const WORDS: i32 = 3

export function acquire(thread: i32, lock: i32): void {
  const gate = thread + GATE
  // PLAIN: nobody knows that we are coming.
  poke(gate, SHUT)
  // ORDER: claim: a free lock (L1), or the place on top of the stack; and publish our gate to whoever takes the stack.
  const below = exchange(lock, gate)
  if (below == FREE) return hold(lock, Address.None, gate)
  const end = awaitGate(gate)
  // Who was on the stack below us is the next, unless the stack began with us.
  if (below == EMPTY || below == end) hold(lock, Address.None, EMPTY)
  else hold(lock, below, end)
}

export function tryAcquire(thread: i32, lock: i32): i32 {
  const gate = thread + GATE
  // ORDER: claim: a free lock (L1); the loser goes away.
  if (compareExchange(lock, FREE, gate) != FREE) return 0
  hold(lock, Address.None, gate)
  return 1
}

/** PLAIN: the holder's own words. */
// @inline
function hold(lock: i32, next: i32, end: i32): void {
  poke(lock + NEXT, next)
  poke(lock + END, end)
}

/** Waits until the lock is handed to us; returns where the stack ends that is being served. */
function awaitGate(gate: i32): i32 {
  let left = roundsToSpin()
  let pause = 1
  while (true) {
    // ORDER: observe what the one before us wrote under the lock. Pairs with `open`.
    const seen = load(gate)
    if (seen != SHUT && seen != SLEEPS) return seen
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: SLEEPS is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: `open` finds SLEEPS, and wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again. Pairs with `open`.
    if (seen == SHUT && compareExchange(gate, SHUT, SLEEPS) != SHUT) continue
    host.park(gate, SLEEPS, LONGEST_PARK_MS, 0)
  }
}

export function release(_thread: i32, lock: i32): void {
  const next = peek(lock + NEXT)
  const end = peek(lock + END)
  if (next != Address.None) return open(next, end)
  // ORDER: publish what was written under the lock: nobody has come since the stack was taken, or this fails.
  if (compareExchange(lock, end, FREE) == end) return
  // ORDER: claim: all who have come. Whoever comes from here on finds EMPTY, and begins another stack.
  open(exchange(lock, EMPTY), end)
}

/** Hands the lock to whoever waits at this gate. */
function open(gate: i32, end: i32): void {
  // ORDER: publish what was written under the lock, and the end. Pairs with `awaitGate`.
  // ORDER: wake: as told in `awaitGate`. Pairs with `awaitGate`.
  if (exchange(gate, end) == SLEEPS) wake(gate, 1)
}
