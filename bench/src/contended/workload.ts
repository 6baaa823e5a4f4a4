/** What passes between a contended run and its threads. */
import type { SharedHeap } from "@outlive/core"

/** `issue`: fences of one timeline. `ping-pong`: signal and wait, two threads. `lock`: one lock word. */
export type Workload = "issue" | "ping-pong" | "lock"

export interface WorkerTask {
  readonly heap: SharedHeap
  readonly line: SharedArrayBuffer
  readonly threads: number
  readonly index: number
  readonly workload: Workload
  readonly ms: number
  /** Addresses of the fences of a ping-pong: those of the way there, then those of the way back. */
  readonly fences: SharedArrayBuffer
}

export interface WorkerReport {
  readonly operations: number
  readonly startMs: number
  readonly endMs: number
  readonly latencyNs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number }
}

/** Cells of the lock workload, a cache line apart. */
export const LOCK_CELL = 0
export const GUARDED_CELL = 32
