/**
 * One ring of events per thread (checked flavour), ordered across threads by one shared clock.
 * Only the owner writes its ring; a reader may see an entry half overwritten, and drops it by its order number.
 */
import * as host from "./host"
import { Header } from "./layout/header"
import { TraceEntry } from "./layout/oops"
import { Owner } from "./layout/owner"
import { Size } from "./layout/record"
import { Thread } from "./layout/thread"
import { add, peek, poke } from "./words"

/** Address of a thread's ring. */
function ringOf(thread: i32): i32 {
  return (
    peek(Header.trace) + ((peek(thread + Thread.id) & Owner.Seat) - 1) * peek(Header.traceCapacity) * Size.TraceEntry
  )
}

/** Writes one event into this thread's ring. */
export function trace(thread: i32, event: i32, a: i32, b: i32): void {
  if (CHECKED) {
    const capacity = peek(Header.traceCapacity)
    if (capacity == 0) return
    const position = peek(thread + Thread.tracePosition)
    poke(thread + Thread.tracePosition, position + 1 == capacity ? 0 : position + 1)
    const entry = ringOf(thread) + position * Size.TraceEntry
    poke(entry + TraceEntry.event, event)
    poke(entry + TraceEntry.a, a)
    poke(entry + TraceEntry.b, b)
    if (TRACED) stamp(thread, entry)
    // ORDER: claim: each event gets a place of its own in the one order of all threads.
    poke(entry + TraceEntry.order, add(Header.clock, 1))
  }
}

/** The clock is asked here, and in no other build. What the operation that is running has put into the `now` words is put back. */
function stamp(thread: i32, entry: i32): void {
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  host.now(thread)
  poke(entry + TraceEntry.timeLo, peek(thread + Thread.nowLo))
  poke(entry + TraceEntry.timeHi, peek(thread + Thread.nowHi))
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
}
