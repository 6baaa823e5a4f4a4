/** What passes between who signals and those who wait. */
import type { SharedFence, SharedHeap } from "@outlive/core"
import type { Buckets } from "../contended/buckets.js"

export const WAYS = ["spinning", "parked", "asynchronous"] as const
export type Way = (typeof WAYS)[number]

/** Words: how many wait, how many have been told, of all turns so far. */
export const [READY, DONE, WORDS] = [0, 1, 2]

export interface WaiterTask {
  readonly heap: SharedHeap
  readonly way: Way
  /** How many of the waiters are this thread's. */
  readonly waiters: number
  /** One for each turn. */
  readonly fences: readonly SharedFence[]
  /** So many turns do not count: the compilers are not done yet. */
  readonly warmUp: number
  readonly words: SharedArrayBuffer
  /** When the signal was begun, in nanoseconds since `since`. */
  readonly signaledAt: SharedArrayBuffer
  readonly since: bigint
}

export interface WaiterReport {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  readonly histogram: Buckets
  /** Of each turn, the latest of this thread's. */
  readonly latest: readonly number[]
  readonly parks: number
}

/** Of a clock that all threads of a process share; `performance.now` begins anew in each. */
export const sinceNs = (since: bigint) => Number(process.hrtime.bigint() - since)
