/** What is nobody's in particular, in steps that any thread can take: chains of retired records, modules, the dead. */
import { Patience } from "../layout/answer"
import { discardDue } from "../modules"
import { emptyChains, visitChain } from "../rcu/retire"
import { reclaimLeft } from "./reclaim"

/** One step: gives back what is due now; returns which of the four chains it visited, as a bit. Not under a lock. */
export function sweep(thread: i32): i32 {
  const visited = visitChain(thread)
  discardDue(thread, Patience.Impatient)
  reclaimLeft(thread)
  return visited
}

/**
 * Waits until everything that any thread had retired or deferred before the call, and every module that was going, has
 * been dealt with. Blocks. (`rcu_barrier`; functions deferred in other threads have then been delivered, not necessarily
 * called.)
 */
export function barrier(thread: i32): void {
  reclaimLeft(thread)
  emptyChains(thread)
  discardDue(thread, Patience.Patient)
}
