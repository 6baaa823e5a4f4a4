/** Is this a thread's attachment, and still attached? */
import { show } from "../entrance/numbers.js"
import type { Seat } from "./seat.js"

/** All that there are: what only looks like one has no engine that could be called. */
const seats = new WeakSet<Seat>()

/** This is one. */
export function noteSeat(seat: Seat): void {
  seats.add(seat)
}

/** Every function that takes a thread begins with this. @throws TypeError for what is none; HeapError DETACHED */
export function assertSeat(thread: Seat): Seat {
  if (!seats.has(thread)) throw new TypeError(`Cannot use ${show(thread)} as a thread: heap.attach() makes one`)
  void thread.record
  return thread
}
