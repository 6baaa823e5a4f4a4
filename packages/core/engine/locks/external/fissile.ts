/**
 * A Fissile lock (Dice & Kogan 2020): a test-and-set word for whoever is lucky, and a queue behind it for those who are not. Only the
 * first of the queue competes for the word, with those who come; when it has lost too often it is impatient, and whoever comes
 * then goes to the queue. So there are two at most that spin, a lock without waiters costs one step, and overtaking is bounded.
 * The queue is our MCS (`strategies/mcs.ts`). The contract is told in `clh.ts`.
 *
 * Three words of the lock: OUTER: 0, HELD, or HELD and PARKED: the first of the queue sleeps; INNER, the queue's; IMPATIENT.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { compareExchange, exchange, load, store, wake } from "../../words"
import { acquire as acquireQueue, release as releaseQueue } from "../strategies/mcs"
import { LONGEST_PARK_MS } from "../word"

const FREE: i32 = 0
const HELD: i32 = 2
const PARKED: i32 = 1
const INNER: i32 = 4
const IMPATIENT: i32 = 8
/** After so many looks, or sleeps, in vain it is. */
const PATIENCE: i32 = 2

export const WORDS: i32 = 3

export function acquire(thread: i32, lock: i32): void {
  if (tryAcquire(thread, lock) == 0) acquireSlow(thread, lock)
}

export function tryAcquire(_thread: i32, lock: i32): i32 {
  // ORDER: observe: a hint: who comes just when somebody becomes impatient may be in before it, once.
  if (load(lock + IMPATIENT) != 0) return 0
  // ORDER: claim: one thread finds FREE (L1). The loser joins the queue, or goes away.
  return compareExchange(lock, FREE, HELD) == FREE ? 1 : 0
}

function acquireSlow(thread: i32, lock: i32): void {
  acquireQueue(thread, lock + INNER)
  awaitOuter(lock)
  releaseQueue(thread, lock + INNER)
}

/** We are the first of the queue: nobody else waits for the outer word, and only those who come compete for it. */
function awaitOuter(lock: i32): void {
  let left = roundsToSpin()
  let pause = 1
  let vain = 0
  while (true) {
    // ORDER: claim: as in `tryAcquire` (L1). Nobody else can have set PARKED.
    // ORDER: observe what the last holder wrote. Pairs with `release`.
    const seen = compareExchange(lock, FREE, HELD)
    if (seen == FREE) break
    // ORDER: publish that we are: whoever comes goes to the queue.
    if (++vain == PATIENCE) store(lock + IMPATIENT, 1)
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: PARKED is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: `release` finds it, and wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again. Pairs with `release`.
    if ((seen & PARKED) == 0 && compareExchange(lock, HELD, HELD | PARKED) != HELD) continue
    host.park(lock, HELD | PARKED, LONGEST_PARK_MS, 0)
  }
  // ORDER: publish that we are no more: we have the lock.
  if (vain >= PATIENCE) store(lock + IMPATIENT, 0)
}

export function release(_thread: i32, lock: i32): void {
  // ORDER: publish what was written under the lock. Pairs with `awaitOuter`.
  // ORDER: wake: as told in `awaitOuter`. Pairs with `awaitOuter`.
  if (exchange(lock, FREE) & PARKED) wake(lock, 1)
}
