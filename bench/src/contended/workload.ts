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
  /** Measures the lock alone, with so much work inside and outside of it. */
  readonly load?: SectionLoad
}

/** Rounds of a loop: one takes a nanosecond or two. */
export interface SectionLoad {
  readonly section: number
  readonly outside: number
  /** Turns a second of each thread, whether it is late or not; 0: each as soon as the one before is done. */
  readonly rate: number
  /** One acquisition in so many is timed, on average; with long turns, and where they are due, each. */
  readonly apart: number
}

/** How a lock went round, as seen by one thread. */
export interface Holds {
  /** Most acquisitions in a row: nobody else had the lock in between. */
  readonly mostInARow: number
  /** How often it slept, and how often it was woken, and did not just look again. */
  readonly parks: number
  readonly wakes: number
}

export interface WorkerReport {
  /** Turns before those that count. */
  readonly warmedUp: number
  readonly operations: number
  readonly startMs: number
  readonly endMs: number
  readonly latencyNs: Readonly<Record<"p50" | "p99" | "p999" | "max", number>>
  /** Of the timed operations. */
  readonly histogram: Buckets
  /** Median over batches of a batch's time for one operation: what one thread sees while it is undisturbed. */
  readonly batchNs: number
  /** Longest time between two looks at the clock: no wait was longer, of the untimed ones either. */
  readonly longestGapNs: number
  /** What the whole process had used when it began, and when it ended. */
  readonly cpuStartMs: number
  readonly cpuEndMs: number
  /** How often the system had taken a processor away from one of its threads, likewise. */
  readonly preemptedStart: number
  readonly preemptedEnd: number
  readonly calibrationNs: number
  /** Of a lock that is measured alone. */
  readonly holds?: Holds
}
