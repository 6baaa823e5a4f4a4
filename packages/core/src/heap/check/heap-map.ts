/** Where everything lies in a heap, drawn anew from its capacities: what the header says is compared with this. */
import { Header, Kind, LockOrder, Lost, Pool, Size } from "../../../built/layout.js"

/** One pool. */
export interface PoolMap {
  readonly base: number
  readonly size: number
  readonly capacity: number
  readonly batch: number
  /** Threads keep magazines of it. */
  readonly isCached: boolean
}

/** A heap's plan. Kept from the time at which the heap was made or opened, it tells damage of the header itself. */
export interface HeapMap {
  /** The words before the epoch: identity, configuration, regions. Nobody changes them. */
  readonly head: Int32Array
  readonly isChecked: boolean
  /** `Lifetime` bits. */
  readonly lifetime: number
  readonly threads: number
  readonly threadCapacity: number
  readonly cells: number
  readonly cellCapacity: number
  readonly trace: number
  readonly traceCapacity: number
  /** By `Kind`. */
  readonly pools: readonly PoolMap[]
  /** 0 when nobody keeps the order of locks. */
  readonly lockOrder: number
  /** What dead threads held; 0 in release. */
  readonly lost: number
  readonly bytes: number
}

const LINE = 128
/** More than any heap has of anything; keeps a damaged capacity from making the plan overflow. */
const MOST = 16_777_216

const SIZES = [
  Size.Fence,
  Size.Callback,
  Size.Module,
  Size.Text,
  Size.Timeline,
  Size.Lock,
  Size.Body,
  Size.Slots,
  Size.Object,
  Size.IssuerRecord,
]

/** The plan of a heap by the capacities in its header; undefined when those cannot be a heap's of this size. */
export function mapOf(words: Int32Array): HeapMap | undefined {
  const word = (address: number) => words[address >> 2] ?? 0
  const capacityOf = (kind: number) => word(Header.pools + kind * Pool.Bytes + Pool.capacity)
  const [threadCapacity, cellCapacity, traceCapacity] = [
    word(Header.threadCapacity),
    word(Header.cellCapacity),
    word(Header.traceCapacity),
  ]
  const capacities = Array.from({ length: Kind.Count }, (_, kind) => capacityOf(kind))
  const all = [threadCapacity, cellCapacity, ...capacities]
  if (all.some((n) => n < 1 || n > MOST) || traceCapacity < 0 || traceCapacity > MOST) return undefined
  const isChecked = word(Header.checked) === 1
  let at: number = Size.Header
  const region = (bytes: number) => {
    const start = at
    at += align(bytes)
    return start
  }
  const threads = region(threadCapacity * Size.Thread)
  const cells = region(cellCapacity * 4)
  const trace = region(threadCapacity * traceCapacity * Size.TraceEntry)
  const pools = capacities.map((capacity, kind): PoolMap => {
    const size = SIZES[kind]!
    const isCached = !isChecked && (kind === Kind.Fence || kind === Kind.Callback)
    const batch = !isCached ? 1 : Math.min(32, Math.max(1, Math.floor(capacity / (threadCapacity * 4))))
    return { base: region(capacity * size), size, capacity, batch, isCached }
  })
  const lockOrder = word(Header.lockOrder) === 0 ? 0 : region(LockOrder.Bytes)
  // The last region: nothing comes after it, and its end is the heap's.
  const lost = isChecked ? at : 0
  if (isChecked) at += Lost.Bytes
  if (at > words.byteLength) return undefined
  return {
    head: words.slice(0, Header.epoch >> 2),
    isChecked,
    lifetime: word(Header.lifetime),
    threads,
    threadCapacity,
    cells,
    cellCapacity,
    trace,
    traceCapacity,
    pools,
    lockOrder,
    lost,
    bytes: at,
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE
}
