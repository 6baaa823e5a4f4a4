/** What passes between a run over a structure of the lab and its threads. */
import type { LabMemory, LabSizes } from "@outlive/core/engine-js"
import type { WorkerReport } from "../contended/workload.js"

export const STRUCTURES = ["cell", "stack", "queue", "list", "hash", "tree"] as const
export type StructureName = (typeof STRUCTURES)[number]

export interface LabWorkload {
  readonly structure: string
  readonly size: number
  /** Per cent. */
  readonly reads: number
  /** 0: nobody stalls. */
  readonly stallMs: number
}

export function titleOf({ structure, size, reads, stallMs }: LabWorkload): string {
  const stall = stallMs > 0 ? `, a reader stalls for ${stallMs} ms` : ""
  return `${structure}${structure === "cell" ? "" : ` of ${size}`}, ${reads} % reads${stall}`
}

export interface LabWorkerTask {
  /** The build of the lab, as base64. */
  readonly build: string
  readonly memory: LabMemory
  readonly line: SharedArrayBuffer
  /** Threads that work, beside one that may stall. */
  readonly threads: number
  readonly index: number
  readonly structure: StructureName
  /** Keys are from 1 to this. */
  readonly keys: number
  /** Per cent. */
  readonly reads: number
  readonly ms: number
  readonly seed: number
}

export interface LabWorkerReport extends WorkerReport {
  /** Updates that found no free node. */
  readonly full: number
}

export interface StallTask {
  readonly build: string
  readonly memory: LabMemory
  readonly line: SharedArrayBuffer
  readonly threads: number
  readonly seat: number
  /** How long it stays in the middle of an operation, each time. */
  readonly stallMs: number
}

/** The cell at which a reader stalls comes first, then the structure's roots. */
export const STALL_ROOT = 0
export const FIRST_ROOT = 1
export const BUCKETS = 256

/** As much as links can name, less what seats and roots take. */
const NODES = 15_000

export function sizesFor(structure: StructureName, threads: number): LabSizes {
  const buckets = structure === "hash" ? BUCKETS : 1
  return { threads: threads + 2, roots: FIRST_ROOT + Math.max(2, buckets), nodes: NODES, buckets }
}

export const HOST = {
  oops(code: number) {
    throw new Error(`Cannot measure: oops ${code}`)
  },
  turn() {},
}
