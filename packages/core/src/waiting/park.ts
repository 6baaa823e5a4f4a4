/** The one way in which a seat's thread falls asleep on a word. */
import { canBlock } from "../host/thread-host.js"
import type { Seat } from "../seat/seat.js"

/** Sleeps while the word at an address has this value, for at most so long. May have been reclaimed, alive, when it comes back: then it is attached no more. */
export function park(seat: Seat, address: number, value: number, ms: number): void {
  // Whoever reclaims us alive says so first, and then wakes us: by a ring, or by changing the word.
  seat.notice()
  // Throws if we are.
  seat.engine.offline(seat.record)
  if (canBlock) Atomics.wait(seat.words, address >> 2, value, ms)
  seat.notice()
}
