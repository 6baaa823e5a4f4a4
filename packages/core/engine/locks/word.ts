/** The lock word's states, and the one way to sleep on it. */
import * as host from "../host"
import { compareExchange } from "../words"

export const FREE: i32 = 0
export const OWNER: i32 = 0xffff
export const PARKED: i32 = 0x10000

/**
 * Sleeps until the lock may be free. `seen` is what the caller last read there, and it was not FREE.
 * May return early; the caller looks again.
 */
export function parkOn(word: i32, seen: i32): void {
  if ((seen & PARKED) == 0) {
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while the word still has it.
    //  - our bit comes first: the holder's exchange returns it, and it wakes us;
    //  - the exchange comes first: the compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `unlock` in `lock.ts`, with `unlockTicket` in `ww-mutex.ts`, and with `discardLock` in `modules.ts`.
    if (compareExchange(word, seen, seen | PARKED) != seen) return
  }
  host.park(word, seen | PARKED)
}
