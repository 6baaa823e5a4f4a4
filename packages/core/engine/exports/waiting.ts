/** Operations that wait for others: what the caller holds meanwhile is looked at first (checked flavour). */
import { mightSynchronize, mightWaitForFence } from "../locks/waiting"
import { synchronize as wait } from "../rcu/epoch"

/** Waits until every read section that was open at the call has ended (`rcu/epoch.ts`). */
export function synchronize(thread: i32): void {
  mightSynchronize(thread)
  wait(thread)
}

/** Says that what follows may wait for a fence. */
export function mightWait(thread: i32): void {
  mightWaitForFence(thread)
}
