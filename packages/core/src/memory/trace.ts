/** Reads the threads' event rings back as one story. */
import { Event, Header, Size, Thread as ThreadRecord, TraceEntry } from "../../built/layout.js"
import type { HeapMemory } from "./heap-memory.js"
import { readWide } from "../entrance/wide.js"
import { readName } from "../name.js"

/** One thing a thread did. `a` and `b` depend on the event: a load id, or a fence and its ops. */
export interface TraceEvent {
  /** Counted over all threads: where numbers are missing, a ring had no room any more. */
  readonly order: number
  readonly thread: string
  readonly event: keyof typeof Event
  readonly a: number
  readonly b: number
  /** Nanoseconds since 1970: in a heap that a traced build has made. */
  readonly atNs?: bigint
}

const NAMES = new Map(Object.entries(Event).map(([name, code]) => [code as number, name as keyof typeof Event]))

export function readTrace(heap: HeapMemory): TraceEvent[] {
  const capacity = heap.word(Header.traceCapacity)
  const end = heap.words.byteLength
  const isTimed = heap.word(Header.traced) !== 0
  const events: TraceEvent[] = []
  // What lies beyond the memory is no ring, whatever the header says of how many there are, and how long.
  for (let i = 0; i < heap.word(Header.threadsUsed) && i * Size.Thread < end; i++) {
    const record = heap.word(Header.threads) + i * Size.Thread
    const thread = readName(heap.words, record + ThreadRecord.name) ?? `thread-${i + 1}`
    const ring = heap.word(Header.trace) + i * capacity * Size.TraceEntry
    for (let k = 0; k < capacity && ring + k * Size.TraceEntry < end; k++) {
      const at = ring + k * Size.TraceEntry
      const event = NAMES.get(heap.word(at + TraceEntry.event))
      if (event === undefined) continue
      events.push({
        order: heap.word(at + TraceEntry.order),
        thread,
        event,
        a: heap.word(at + TraceEntry.a),
        b: heap.word(at + TraceEntry.b),
        ...(isTimed ? { atNs: readWide(heap.word(at + TraceEntry.timeLo), heap.word(at + TraceEntry.timeHi)) } : {}),
      })
    }
  }
  return events.sort((x, y) => x.order - y.order)
}
