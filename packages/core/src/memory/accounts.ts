/** What of a heap is in use, by kind: counted twice, in ways that do not depend on each other. */
import {
  Cache,
  Header,
  Kind,
  Owner,
  Pool,
  Record as RecordWords,
  Size,
  Thread as ThreadRecord,
} from "../../built/layout.js"
import type { readLost } from "./lost.js"
import { mostRecords } from "./steps.js"
import type { readTransfers } from "./transfers.js"

/** One kind of record. */
export interface Account {
  readonly capacity: number
  /** Records whose generation is odd: taken and not given back. Those awaiting a grace period are among them. */
  readonly inUse: number
  /** Records found by walking the free lists. */
  readonly free: number
}

/** Exact while no thread is taking or giving back. Beside running threads: numbers within bounds that may be late. */
export interface Accounts {
  readonly fences: Account
  readonly callbacks: Account
  readonly modules: Account
  readonly timelines: Account
  readonly locks: Account
  readonly containers: Account
  readonly lists: Account
  readonly objects: Account
  /** Issuers' own. Nobody discards them but their issuers: what an unloaded module has forgotten stays in use. */
  readonly records: Account
  readonly threads: Account
  /** True when the two counts of every kind add up to its capacity: nothing was lost, nothing is in two places. */
  readonly balanced: boolean
  /** Fences that were released while callbacks were waiting. */
  readonly releasedPending: number
  /** Locks that were taken over from threads that had died. */
  readonly brokenLocks: number
  /** What threads that died held by their handles, in words, the latest of them (checked flavour; empty in release). */
  readonly lost: readonly string[]
  /** What was transferred and nobody has taken, in words: `a fence, by thread "worker-3"`. */
  readonly transfers: readonly string[]
}

export function readAccounts(words: Int32Array, threads: Account): Accounts {
  const account = (kind: number): Account => ({
    capacity: at(words, poolOf(kind) + Pool.capacity),
    inUse: countInUse(words, kind),
    free: countFree(words, kind),
  })
  const kinds = {
    fences: account(Kind.Fence),
    callbacks: account(Kind.Callback),
    modules: account(Kind.Module),
    timelines: account(Kind.Timeline),
    locks: account(Kind.Lock),
    containers: account(Kind.Body),
    lists: account(Kind.Slots),
    objects: account(Kind.Object),
    records: account(Kind.IssuerRecord),
  }
  const texts = account(Kind.Text)
  const balanced = [...Object.values(kinds), texts].every((a) => a.inUse + a.free === a.capacity)
  return {
    ...kinds,
    threads,
    balanced,
    releasedPending: at(words, Header.releasedPending),
    brokenLocks: at(words, Header.brokenLocks),
    lost: lostIn?.(words) ?? [],
    transfers: transfersIn?.(words) ?? [],
  }
}

/** What reads the names of those that died with references: for heaps of the checked flavour, like `diagnostics.ts`. */
let lostIn: typeof readLost | undefined

export function provideLost(read: typeof readLost): void {
  lostIn = read
}

/** What reads who was sent what: for heaps that can carry it (`src/entries/transfers.ts`). */
let transfersIn: typeof readTransfers | undefined

export function provideTransfersIn(read: typeof readTransfers): void {
  transfersIn = read
}

/** Records in use, counted one by one. */
export function countInUse(words: Int32Array, kind: number): number {
  const [base, end, size] = [
    at(words, poolOf(kind) + Pool.base),
    at(words, poolOf(kind) + Pool.end),
    at(words, poolOf(kind) + Pool.size),
  ]
  const most = mostRecords(words, kind)
  let used = 0
  for (let n = 0; n < most && base + n * size < end; n++)
    used += at(words, base + n * size + RecordWords.generation) & 1
  return used
}

/**
 * Free records, counted by walking every magazine. Others may change a link while it is followed: what leads out of
 * the pool ends the walk, and no walk is longer than the pool.
 */
function countFree(words: Int32Array, kind: number): number {
  const pool = poolOf(kind)
  const [base, end] = [at(words, pool + Pool.base), at(words, pool + Pool.end)]
  const capacity = mostRecords(words, kind)
  const isInside = (record: number) => record >= base && record < end
  let free = 0
  const chain = (head: number) => {
    for (let r = head; isInside(r) && free < capacity; r = at(words, r + RecordWords.link)) free++
  }
  let magazines = 0
  for (
    let m = at(words, pool + Pool.head);
    isInside(m) && magazines++ < capacity;
    m = at(words, m + RecordWords.magazine)
  )
    chain(m)
  for (const cache of cachesOf(words, kind)) {
    chain(at(words, cache + Cache.head))
    chain(at(words, cache + Cache.reserve))
  }
  return free
}

/** The threads' private magazines of a kind; there are none in the checked flavour. */
function cachesOf(words: Int32Array, kind: number): number[] {
  const offset =
    kind === Kind.Fence ? ThreadRecord.fenceCache : kind === Kind.Callback ? ThreadRecord.callbackCache : undefined
  if (offset === undefined || at(words, Header.checked) === 1) return []
  const used = Math.min(at(words, Header.threadsUsed), at(words, Header.threadCapacity), Owner.Seat)
  return Array.from({ length: used }, (_, i) => at(words, Header.threads) + i * Size.Thread + offset)
}

const poolOf = (kind: number) => Header.pools + kind * Pool.Bytes
const at = (words: Int32Array, address: number) => words[address >> 2] ?? 0
