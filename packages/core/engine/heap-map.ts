/** Where everything lies in a heap of a given size, and the first writing of it. */
import { initializeStub } from "./fence/create"
import { Header, Magic, Pool } from "./layout/header"
import { LockOrder } from "./layout/lock-order"
import { Lost } from "./layout/lost"
import { Address, Kind, Record, Size } from "./layout/record"
import { Thread } from "./layout/thread"
import { ID as LOCK } from "./locks/strategy"
import { poolOf } from "./pool"
import { ID as SCHEME } from "./rcu/strategy"
import { poke, store } from "./words"

const LINE: i32 = 128
const LARGEST_MAGAZINE: i32 = 32

function align(bytes: i32): i32 {
  return (bytes + LINE - 1) & ~(LINE - 1)
}

/** Bytes that a heap of this many records takes. */
export function heapBytes(
  threads: i32,
  fences: i32,
  callbacks: i32,
  modules: i32,
  timelines: i32,
  cells: i32,
  trace: i32,
  bodies: i32,
  slots: i32,
  objects: i32,
  records: i32,
  lockOrder: i32,
): i32 {
  return (
    Size.Header +
    threads * Size.Thread +
    align(cells * 4) +
    align(threads * trace * Size.TraceEntry) +
    align(fences * Size.Fence) +
    align(callbacks * Size.Callback) +
    modules * (Size.Module + Size.Text) +
    align(timelines * Size.Timeline) +
    align(timelines * Size.Lock) +
    align(bodies * Size.Body) +
    align(slots * Size.Slots) +
    align(objects * Size.Object) +
    align(records * Size.IssuerRecord) +
    (lockOrder ? LockOrder.Bytes : 0) +
    (CHECKED ? Lost.Bytes : 0)
  )
}

/** A number that differs when the layout does, or the way in which locks are taken, or readers waited for. */
export function layoutChecksum(): i32 {
  let sum = 17
  sum = (sum * 31 + Size.Header) | 0
  sum = (sum * 31 + Size.Thread) | 0
  sum = (sum * 31 + Size.Fence) | 0
  sum = (sum * 31 + Size.Callback) | 0
  sum = (sum * 31 + Size.Module) | 0
  sum = (sum * 31 + Size.Text) | 0
  sum = (sum * 31 + Size.Timeline) | 0
  sum = (sum * 31 + Size.Lock) | 0
  sum = (sum * 31 + Size.Body) | 0
  sum = (sum * 31 + Size.Slots) | 0
  sum = (sum * 31 + Size.Object) | 0
  sum = (sum * 31 + Size.IssuerRecord) | 0
  sum = (sum * 31 + Lost.Bytes) | 0
  sum = (sum * 31 + Thread.name) | 0
  sum = (sum * 31 + LOCK) | 0
  sum = (sum * 31 + SCHEME) | 0
  return sum
}

/** Lays out a heap in zeroed memory. PLAIN throughout: nobody else knows the memory yet; the magic word is written last. */
export function initializeHeap(
  threads: i32,
  fences: i32,
  callbacks: i32,
  modules: i32,
  timelines: i32,
  cells: i32,
  trace: i32,
  bodies: i32,
  slots: i32,
  objects: i32,
  records: i32,
  lockOrder: i32,
): void {
  poke(Header.version, Magic.Version)
  poke(Header.layout, layoutChecksum())
  poke(
    Header.bytes,
    heapBytes(threads, fences, callbacks, modules, timelines, cells, trace, bodies, slots, objects, records, lockOrder),
  )
  poke(Header.checked, CHECKED ? 1 : 0)
  poke(Header.families, FAMILIES)
  if (TRACED) poke(Header.traced, 1)
  poke(Header.threads, Size.Header)
  poke(Header.threadCapacity, threads)
  let at = Size.Header + threads * Size.Thread
  poke(Header.cells, at)
  poke(Header.cellCapacity, cells)
  at += align(cells * 4)
  poke(Header.trace, at)
  poke(Header.traceCapacity, trace)
  at += align(threads * trace * Size.TraceEntry)
  at = layPool(Kind.Fence, at, Size.Fence, fences, threads)
  at = layPool(Kind.Callback, at, Size.Callback, callbacks, threads)
  at = layPool(Kind.Module, at, Size.Module, modules, 0)
  at = layPool(Kind.Text, at, Size.Text, modules, 0)
  at = layPool(Kind.Timeline, at, Size.Timeline, timelines, 0)
  at = layPool(Kind.Lock, at, Size.Lock, timelines, 0)
  at = layPool(Kind.Body, at, Size.Body, bodies, 0)
  at = layPool(Kind.Slots, at, Size.Slots, slots, 0)
  at = layPool(Kind.Object, at, Size.Object, objects, 0)
  at = layPool(Kind.IssuerRecord, at, Size.IssuerRecord, records, 0)
  poke(Header.lockOrder, lockOrder ? at : Address.None)
  if (CHECKED) poke(Header.lost, at + (lockOrder ? LockOrder.Bytes : 0))
  poke(Header.epoch, 4)
  poke(Header.contextLo, 1)
  poke(Header.nextLoad, 1)
  poke(Header.stub + Record.generation, 1)
  initializeStub(Header.stub)
  initializeText(Header.arrayText)
  initializeText(Header.chainText)
  initializeText(Header.softText)
  initializeText(Header.schedulerText)
  poke(Header.unbound + Record.generation, 1)
  // ORDER: publish the heap; `Heap.open` looks for the magic word before anything else.
  store(Header.magic, Magic.Word)
}

/** A text that is always in its first life. Its names are written by the host. */
function initializeText(text: i32): void {
  poke(text + Record.generation, 1)
}

/** Cuts a region into records, chained in magazines; returns its end. Kinds without private caches have magazines of one. */
function layPool(kind: i32, base: i32, size: i32, capacity: i32, threads: i32): i32 {
  const pool = poolOf(kind)
  const end = base + align(capacity * size)
  poke(pool + Pool.base, base)
  poke(pool + Pool.end, base + capacity * size)
  poke(pool + Pool.size, size)
  poke(pool + Pool.capacity, capacity)
  const batch = batchFor(capacity, threads)
  poke(pool + Pool.batch, batch)
  let tail: i32 = Address.None
  for (let i = 0; i < capacity; i += batch) {
    const n = i + batch < capacity ? batch : capacity - i
    const magazine = base + i * size
    for (let k = 0; k < n - 1; k++) poke(magazine + k * size + Record.link, magazine + (k + 1) * size)
    if (threads != 0) poke(magazine + Record.count, n)
    if (tail == Address.None) poke(pool + Pool.head, magazine)
    else poke(tail + Record.magazine, magazine)
    tail = magazine
  }
  poke(pool + Pool.tail, tail)
  return end
}

/** So many that a thread seldom visits the depot, so few that all threads together hide at most half of a small pool. */
function batchFor(capacity: i32, threads: i32): i32 {
  if (CHECKED || threads == 0) return 1
  const fair = (capacity / (threads * 4)) | 0
  if (fair < 1) return 1
  return fair > LARGEST_MAGAZINE ? LARGEST_MAGAZINE : fair
}
