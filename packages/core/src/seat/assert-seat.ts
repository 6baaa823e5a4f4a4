/** Is this a thread's attachment, and still attached? */
import { show } from "../entrance/numbers.js"
import type { Seat } from "./seat.js"

/** Every function that takes a thread begins with this. @throws TypeError for what is none; HeapError DETACHED */
export function assertSeat(thread: Seat): Seat {
  const { told, record } = (thread ?? {}) as Partial<Seat>
  if (typeof told !== "function" || record === undefined)
    throw new TypeError(`Cannot use ${show(thread)} as a thread: heap.attach() makes one`)
  return thread
}
