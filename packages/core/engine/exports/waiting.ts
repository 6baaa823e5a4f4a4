/** Operations that wait for others: what the caller holds meanwhile is looked at first (checked flavour). */
import { lives } from "../check"
import { Lifetime } from "../layout/header"
import { mightSynchronize, mightWaitForFence } from "../locks/waiting"
import { unload as unloadIt } from "../modules"
import { synchronize as wait } from "../rcu/epoch"

/** Waits until every read section that was open at the call has ended (`rcu/epoch.ts`). */
export function synchronize(thread: i32): void {
  mightSynchronize(thread)
  wait(thread)
}

/** Takes a module away (`modules.ts`). */
export function unload(thread: i32, module: i32, generation: i32): i32 {
  // Without a grace period its text goes at once.
  if (lives(Lifetime.Grace)) mightSynchronize(thread)
  return unloadIt(thread, module, generation)
}

/** Says that what follows may wait for a fence. */
export function mightWait(thread: i32): void {
  mightWaitForFence(thread)
}
