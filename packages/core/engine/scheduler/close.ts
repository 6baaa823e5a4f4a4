/** Closing: what takes no more jobs, and ends those that it has. */
import { assertTurns } from "../bound"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { Entity, Job, Killed, Scheduler } from "../layout/scheduler"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { peek, poke } from "../words"
import { dropObjectRef } from "../composite/objects"
import { retryRefused } from "./ask"
import { mayTakeFences } from "./claim"
import { ECANCELED, endOne } from "./end"
import { reap } from "./take"

/**
 * Closes a scheduler: it runs nothing any more. What the hardware has ends with ECANCELED, and what is queued too, each
 * after the one before it and after what it depends on.
 */
export function closeScheduler(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  poke(scheduler + Scheduler.closed, 1)
  retryRefused(scheduler)
  unlock(thread, scheduler + SharedObject.lock)
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    // PLAIN: a hint, and before anything is in our hands.
    if (CHECKED && peek(scheduler + Scheduler.firstRunning) != Address.None) mayTakeFences(thread)
    // A section, and no reference, keeps the job's fence: it ends with the operation, also when that is broken off.
    readLock(thread)
    const finished = anyRunning(thread, scheduler)
    if (finished != Address.None && endOne(thread, finished, ECANCELED) != Address.None)
      dropObjectRef(thread, scheduler)
    readUnlock(thread)
    if (finished == Address.None) break
  }
  reap(thread, scheduler)
}

/** The finished fence of a job that the hardware has; NONE if it has none. In a section. */
function anyRunning(thread: i32, scheduler: i32): i32 {
  lock(thread, scheduler + SharedObject.lock)
  const job = peek(scheduler + Scheduler.firstRunning)
  const finished = job == Address.None ? Address.None : peek(job + Job.finished)
  unlock(thread, scheduler + SharedObject.lock)
  return finished
}

/**
 * Closes an entity: it takes no more jobs, and those in its queue end with ESRCH, each after the one before it and after
 * what it depends on: whoever waits for one may reuse what those before it have used.
 */
export function killEntity(thread: i32, entity: i32): void {
  // As above, for the scheduler.
  readLock(thread)
  lock(thread, entity + SharedObject.lock)
  const scheduler = peek(entity + Entity.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  if (peek(entity + Entity.killed) == Killed.No) poke(entity + Entity.killed, Killed.Closed)
  retryRefused(scheduler)
  unlock(thread, scheduler + SharedObject.lock)
  unlock(thread, entity + SharedObject.lock)
  reap(thread, scheduler)
  readUnlock(thread)
}
