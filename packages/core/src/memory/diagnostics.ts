/**
 * What only heaps of the checked flavour have to tell: where locks were taken, and what threads have done. A program
 * that has no checked engine, and cannot open such a heap, does without (`src/entries/parts.ts`).
 */
import type { lockOrderOops, nameLockClass, placeHere, readLockOrder } from "./lock-order.js"
import type { readTrace } from "./trace.js"

interface Diagnostics {
  readonly lockOrderOops: typeof lockOrderOops
  readonly nameLockClass: typeof nameLockClass
  readonly placeHere: typeof placeHere
  readonly readLockOrder: typeof readLockOrder
  readonly readTrace: typeof readTrace
}

/** Undefined where no heap is checked. */
export let diagnostics: Diagnostics | undefined

export function provideDiagnostics(provided: Diagnostics): void {
  diagnostics = provided
}
