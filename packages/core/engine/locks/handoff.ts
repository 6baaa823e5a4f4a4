/**
 * Handing a lock over to those who sleep on it, instead of leaving it to whoever comes first. The word is as in `word.ts`,
 * with one bit more, that of a ticket (which only reservations have):
 *   token | PARKED | HUNGRY     held, and a sleeper has lost too often: the next release hands over
 *   HANDED                      held by nobody, and who has only just come does not take it
 *
 * There is no queue, so the lock is handed to no one thread: whoever wakes takes it, and so does who is about to sleep, for
 * there may be no sleeper left. Sleepers are woken in the order in which they fell asleep.
 */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Poison } from "../layout/record"
import { Thread } from "../layout/thread"
import { compareExchange, peek, poke, store, wake } from "../words"
import { FREE, LONGEST_PARK_MS, OWNER, PARKED, assertHolder, assertToken } from "./word"

export const HUNGRY: i32 = Owner.Context
/** PARKED stays with it: more than one may sleep. */
const HANDED: i32 = Owner.Context | PARKED

/** Takes the lock if nobody has it: 1, or 0 at once. */
export function tryAcquireHanded(thread: i32, word: i32): i32 {
  const me = peek(thread + Thread.id)
  // ORDER: claim: as in `acquire` of a strategy; the loser goes away (L1).
  const seen = compareExchange(word, FREE, me)
  if (seen == FREE) return 1
  // ORDER: claim: what was handed over belongs to whoever is first; others may sleep still.
  return seen == HANDED && compareExchange(word, HANDED, me | PARKED) == HANDED ? 1 : 0
}

/** Gives a lock on which somebody sleeps to those who do. */
export function handOver(word: i32): void {
  // ORDER: publish what was written under the lock. PARKED was there: others only set bits that go with this.
  // Pairs with `acquireAsleep`.
  store(word, HANDED)
  // ORDER: wake: who sleeps does so on a word with PARKED, and finds another. Pairs with `acquireAsleep`.
  wake(word, 1)
}

/** Takes the lock as a sleeper; one that has slept so often in vain says that it is hungry. */
export function acquireAsleep(thread: i32, word: i32, patience: i32): void {
  const me = peek(thread + Thread.id)
  poke(thread + Thread.sleptOn, word)
  let before: i32 = FREE
  let parks = 0
  while (true) {
    // ORDER: claim: as in `acquire` of a strategy (L1); with PARKED, for others may sleep whom only our release wakes.
    // Pairs with `handOver`.
    const seen = compareExchange(word, FREE, me | PARKED)
    if (seen == FREE) return
    if (seen == HANDED) {
      if (compareExchange(word, HANDED, me | PARKED) == HANDED) return
      continue
    }
    if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
    assertToken(word, seen)
    if (seen == before) assertHolder(word, seen, me, parks)
    const asleep = seen | PARKED | (parks >= patience ? HUNGRY : 0)
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word has not changed.
    //  - our bits come first: whoever gives the lock back finds them, and wakes one;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `handOver`, and with `release` of `owner-word.ts`.
    if (asleep != seen && compareExchange(word, seen, asleep) != seen) continue
    host.park(word, asleep, LONGEST_PARK_MS, seen == before ? seen & OWNER : 0)
    parks++
    before = asleep
  }
}
