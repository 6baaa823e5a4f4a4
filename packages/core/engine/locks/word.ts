/**
 * A lock word that holds its owner, and the one way to sleep on it:
 *   0                 free
 *   token             held by the thread with that token (layout/owner.ts), nobody sleeps
 *   token | PARKED    held, and somebody sleeps or is about to
 */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { compareExchange, load } from "../words"
import { isGone, isSeated, isToken } from "./owner"

export const FREE: i32 = 0
/** The owner's token: the word without its two bits (layout/owner.ts). */
export const OWNER: i32 = Owner.Token
export const PARKED: i32 = Owner.Parked

/** Nobody sleeps longer at a time: the holder may have died, and then no wake comes. */
export const LONGEST_PARK_MS: i32 = 100
/** After so many of them a thread that clears up after a dead one says what it waits for, instead of waiting on. */
const MOST_PARKS: i32 = 20

/**
 * Sleeps until the lock may be free, for at most so long. `seen` is what the caller last read there, and it was not FREE.
 * May return early; the caller looks again. `holder`: who is waited for, or 0 by a caller that goes on without the lock.
 */
export function parkOn(word: i32, seen: i32, atMostMs: i32, holder: i32): void {
  if ((seen & PARKED) == 0) {
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word still has it.
    //  - our bit comes first: the holder's exchange returns it, and it wakes us;
    //  - the exchange comes first: the compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `release` in `owner-word.ts`, with `unlockTicket` in `ww-mutex.ts`, and with `destroy` in `owner-word.ts`.
    if (compareExchange(word, seen, seen | PARKED) != seen) return
  }
  host.park(word, seen | PARKED, atMostMs, holder)
}

/** What stands in a lock that is waited for is a holder's token, or it is an oops: nobody would ever give the lock back. */
export function assertToken(word: i32, seen: i32): void {
  if (!isToken(seen & OWNER)) host.oops(Oops.NoLock, word, seen, 0)
}

/** We have slept `parks` times, and the same thread has the lock still: an oops if it will never give it back. */
export function assertHolder(word: i32, seen: i32, me: i32, parks: i32): void {
  const holder = seen & OWNER
  if (isGone(holder)) {
    // ORDER: observe: it may have given the lock back just before it left.
    if ((load(word) & OWNER) == holder) host.oops(Oops.OwnerDead, word, holder & Owner.Seat, 0)
  } else if (parks > MOST_PARKS && !isSeated(me))
    host.oops(Oops.ReclaimHeldUp, word, holder & Owner.Seat, me & Owner.Seat)
}
