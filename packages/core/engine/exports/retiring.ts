/** Putting off until a grace period has passed. What is due is dealt with meanwhile, and modules' functions that come of it are called. */
import { Patience } from "../layout/answer"
import { Lifetime } from "../layout/header"
import { lives } from "../lifetime"
import { mightSynchronize } from "../locks/waiting"
import { goOnUnloading as goOn, unload as unloadIt } from "../modules"
import {
  collect as collectOwn,
  collectAll as collectThem,
  defer as deferCallback,
  retire as retireIt,
} from "../rcu/retire"
import { settle } from "../work"

/** Moves the epoch on if it can, and gives back what this thread retired two epochs ago. */
export function collect(thread: i32): void {
  collectOwn(thread)
  settle(thread)
}

/** The same for what every thread retired. */
export function collectAll(thread: i32): void {
  collectThem(thread)
  settle(thread)
}

/** Runs a callback's action after a grace period. */
export function defer(thread: i32, node: i32): void {
  deferCallback(thread, node)
  settle(thread)
}

/** Gives a record back after a grace period. */
export function retire(thread: i32, record: i32): void {
  retireIt(thread, record)
  settle(thread)
}

/** Takes a module away (`modules.ts`). */
export function unload(thread: i32, module: i32, generation: i32): i32 {
  // Without a grace period its text goes at once.
  if (lives(Lifetime.Grace)) mightSynchronize(thread)
  const found = unloadIt(thread, module, generation)
  settle(thread)
  return found
}

/** Goes on with an unload that this thread has claimed. */
export function goOnUnloading(thread: i32, module: i32, evenIfPending: i32): i32 {
  const found = goOn(thread, module, evenIfPending, Patience.Impatient)
  settle(thread)
  return found
}
