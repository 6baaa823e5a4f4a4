/** Clearing up, after the dead and after grace periods, and settling what comes of it. */
import { reclaim as clearUp } from "../death/reclaim"
import { barrier as awaitAll, sweep as visit } from "../death/sweep"
import { awaitCalls } from "../families"
import { mightBarrier } from "../locks/waiting"
import { settle } from "../work"

/** Clears up after the thread that sat at `dead` in this life, and no longer runs: 1, or 0 if there was nothing to do. */
export function reclaim(thread: i32, dead: i32, generation: i32): i32 {
  const done = clearUp(thread, dead, generation)
  settle(thread)
  return done
}

/** Waits until everything that was retired, deferred or left by the dead before the call has been dealt with. Blocks. */
export function barrier(thread: i32): void {
  mightBarrier(thread)
  awaitAll(thread)
  settle(thread)
  awaitCalls(thread)
}

/** One step of that: gives back what is due now; returns which of the four chains it visited, as a bit. */
export function sweep(thread: i32): i32 {
  const visited = visit(thread)
  settle(thread)
  return visited
}
