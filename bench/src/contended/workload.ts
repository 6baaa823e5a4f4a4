/** What passes between a contended run and its threads. */
import type { SharedHeap } from "@outlive/core"
import type { Buckets } from "./buckets.js"

export interface WorkerTask {
  readonly heap: SharedHeap
  readonly line: SharedArrayBuffer
  readonly threads: number
  readonly index: number
  /** A program's name, or the URL of a module that exports one. */
  readonly program: string
  /** What it prepared. */
  readonly state: unknown
  /** How far each thread has come (`Ledger`). */
  readonly ledger: SharedArrayBuffer
  /** Address of the timeline on which fences are made. */
  readonly timeline: number
  /** URL of a lock or a scheme in place of the engine's. */
  readonly foreign?: string
  readonly ms: number
}

export interface WorkerReport {
  readonly operations: number
  readonly startMs: number
  readonly endMs: number
  readonly latencyNs: Readonly<Record<"p50" | "p99" | "p999" | "max", number>>
  /** Of the timed operations. */
  readonly histogram: Buckets
  /** Median over batches of a batch's time for one operation: what one thread sees while it is undisturbed. */
  readonly batchNs: number
}
