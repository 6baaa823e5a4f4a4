/** What passes between a race over the lab and its threads, and where things are. */
import type { LabMemory, LabSizes } from "@outlive/core/engine-js"

export interface LabTask {
  readonly memory: LabMemory
  /** The start line, a word that ends the race, and how often each value was taken out. */
  readonly shared: SharedArrayBuffer
  /** A build of the lab. */
  readonly engineUrl: string
  readonly sizes: LabSizes
  readonly index: number
  readonly operations: number
  readonly seed: number
  readonly perturbed: boolean
}

export interface LabReport {
  readonly index: number
  readonly operations: number
  readonly violations: readonly string[]
  /** Of the sets, by structure and key: how often a key was put in, less how often it was taken out. */
  readonly tallies: readonly (readonly number[])[]
  /** How many values it put in, and took out, of stack and queue. */
  readonly putIn: number
  readonly takenOut: number
}

/** Roots, by structure. */
export const ROOTS = { cell: 0, stack: 1, queue: 2, list: 4, tree: 5, hash: 6 } as const
export const BUCKETS = 8
export const ROOT_COUNT = ROOTS.hash + BUCKETS
/** Keys of the sets are from 1 to this: few, so that threads meet. */
export const LARGEST_KEY = 12

/** A thread's `n`th value; no two are alike. The thread's number is in the high half, so a queue's order can be seen. */
export const valueOf = (index: number, n: number) => ((index + 1) << 20) | n
export const makerOf = (value: number) => (value >> 20) - 1
export const numberOf = (value: number) => value & 0xfffff
