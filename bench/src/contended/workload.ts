/** What passes between a contended run and its threads. */
import type { SharedHeap } from "@outlive/core"

/**
 * `issue`: each thread creates, signals and drops fences of one timeline.
 * `ping-pong`: threads in pairs; one signals and waits for the answer, the other waits and answers.
 * `lock`: all take and give back one lock.
 */
export const WORKLOADS = ["issue", "ping-pong", "lock"] as const
export type Workload = (typeof WORKLOADS)[number]

export interface WorkerTask {
  readonly heap: SharedHeap
  readonly line: SharedArrayBuffer
  readonly threads: number
  readonly index: number
  readonly workload: Workload
  readonly ms: number
  /** Addresses of the fences of a ping-pong, pair by pair: `SLOTS` for the way there, `SLOTS` for the way back. */
  readonly fences: SharedArrayBuffer
}

export interface WorkerReport {
  readonly operations: number
  /** Operations before the start line. */
  readonly warmedUp: number
  readonly startMs: number
  readonly endMs: number
  readonly latencyNs: Readonly<Record<"p50" | "p99" | "p999" | "max", number>>
  /** Median over batches of a batch's time for one operation: what one thread sees while it is undisturbed. */
  readonly batchNs: number
}

/** Fences of one pair and way. They are used in turn, over and over. */
export const SLOTS = 1_024

/** Cells of the lock workload, a cache line apart. */
export const LOCK_CELL = 0
export const GUARDED_CELL = 32
