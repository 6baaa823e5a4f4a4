/** Ends that others wait for: what comes after the end of a job, or of what a job waited for. */
import { ringScheduler } from "../actions"
import { Fence } from "../layout/fence"
import { Address } from "../layout/record"
import { FinishedBody } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { hasGivenUp } from "../locks/impatient"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke } from "../words"
import { dropRef, tryAddRefAt } from "../fence/references"
import { hasSignaled } from "../fence/signal"
import { dropObjectRef } from "../composite/objects"
import { DOOMED, releaseWaiting } from "./ask"
import { endOne } from "./end"
import { finishedBodyOf } from "./fences"
import { reap } from "./take"

/** The hardware's fence is complete: the job ends as it did. (Put off until no fence's lock is held.) */
export function finishJob(thread: i32, owner: i32, finished: i32): void {
  // NONE: somebody else has ended it, and let go of that.
  const parent = tryAddRefAt(thread, finishedBodyOf(finished) + FinishedBody.parent)
  // If a thread dies here this is done twice, and the job may have been offered again since.
  if (parent != Address.None && hasSignaled(parent)) endJob(thread, finished, peek(parent + Fence.error))
  if (parent != Address.None) dropRef(thread, parent)
  poke(owner + Thread.working, Address.None)
  // The callback's own.
  dropRef(thread, finished)
}

/** What a job waited for is complete: whoever serves its scheduler looks again, or it ends. (Put off, as above.) False if a lock was busy. */
export function finishDependency(thread: i32, owner: i32, finished: i32): bool {
  if (hasGivenUp(thread)) return false
  readLock(thread)
  // ORDER: observe the job, as in `claimJob` of `end.ts`.
  const job = load(finishedBodyOf(finished) + FinishedBody.job)
  const found = job == Address.None ? Address.None : releaseWaiting(thread, owner, job)
  poke(owner + Thread.working, Address.None)
  // The callback's own.
  dropRef(thread, finished)
  const scheduler = found & ~DOOMED
  if (found & DOOMED) reapInSection(thread, scheduler)
  else if (found != Address.None) {
    ringScheduler(scheduler)
    dropObjectRef(thread, scheduler)
  }
  readUnlock(thread)
  return true
}

/**
 * Gives the reference on a scheduler back, and looks for jobs of its that must end. In this order, and in a section: who looks may
 * ask an issuer, and if an oops breaks that off, nothing is in our hands. A scheduler without references has no jobs.
 */
function reapInSection(thread: i32, scheduler: i32): void {
  dropObjectRef(thread, scheduler)
  reap(thread, scheduler)
}

/** Ends the job of a finished fence with an error or 0, and those that must end after it: 1, or 0 when somebody else has. */
export function endJob(thread: i32, finished: i32, error: i32): i32 {
  readLock(thread)
  const scheduler = endOne(thread, finished, error)
  if (scheduler != Address.None) reapInSection(thread, scheduler)
  readUnlock(thread)
  return scheduler == Address.None ? 0 : 1
}
