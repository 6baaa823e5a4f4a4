/** How many threads wait: each that waits synchronously is one; promises share as many as there are processors beside the signaler's. */
import { availableParallelism } from "node:os"
import type { Way } from "./task.js"

/** Each takes eight megabytes of the runtime's own; a heap has seats for four times as many. */
export const MOST_THREADS = 256

export function threadsFor(way: Way, waiters: number): number {
  return way === "asynchronous" ? Math.min(waiters, Math.max(1, availableParallelism() - 1), MOST_THREADS) : waiters
}
