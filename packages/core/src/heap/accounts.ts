/** What of a heap is in use, by kind: counted twice, in ways that do not depend on each other. */
import { Header, Kind, Pool } from "../../built/layout.js"
import type { Engine } from "../host/engine.js"

/** One kind of record. */
export interface Account {
  readonly capacity: number
  /** Records whose generation is odd: taken and not given back. Those awaiting a grace period are among them. */
  readonly inUse: number
  /** Records found by walking the free lists. */
  readonly free: number
}

/** Exact while no thread is taking or giving back. */
export interface Accounts {
  readonly fences: Account
  readonly callbacks: Account
  readonly modules: Account
  readonly timelines: Account
  readonly locks: Account
  readonly containers: Account
  readonly lists: Account
  readonly objects: Account
  readonly threads: Account
  /** True when the two counts of every kind add up to its capacity: nothing was lost, nothing is in two places. */
  readonly balanced: boolean
  /** Fences that were released while callbacks were waiting. */
  readonly releasedPending: number
  /** Locks that were taken over from threads that had died. */
  readonly brokenLocks: number
}

export function readAccounts(engine: Engine, words: Int32Array, threads: Account): Accounts {
  const account = (kind: number): Account => ({
    capacity: words[(Header.pools + kind * Pool.Bytes + Pool.capacity) >> 2]!,
    inUse: engine.countInUse(kind),
    free: engine.countFree(kind),
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
  }
  const texts = account(Kind.Text)
  const balanced = [...Object.values(kinds), texts].every((a) => a.inUse + a.free === a.capacity)
  return {
    ...kinds,
    threads,
    balanced,
    releasedPending: words[Header.releasedPending >> 2]!,
    brokenLocks: words[Header.brokenLocks >> 2]!,
  }
}
