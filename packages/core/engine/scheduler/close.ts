/** Closing: what takes no more jobs, and ends those that it has. */
import { assertTurns } from "../bound"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { Entity, Job, Killed, Scheduler } from "../layout/scheduler"
import { lock, unlock } from "../locks/lock"
import { peek, poke } from "../words"
import { addRef, dropRef } from "../fence/references"
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { ECANCELED, endOne } from "./end"
import { reap } from "./take"

/**
 * Closes a scheduler: it runs nothing any more. What the hardware has ends with ECANCELED, and what is queued too, each
 * after the one before it and after what it depends on.
 */
export function closeScheduler(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  poke(scheduler + Scheduler.closed, 1)
  unlock(thread, scheduler + SharedObject.lock)
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    const finished = anyRunning(thread, scheduler)
    if (finished == Address.None) break
    if (endOne(thread, finished, ECANCELED) != Address.None) dropObjectRef(thread, scheduler)
    dropRef(thread, finished)
  }
  reap(thread, scheduler)
}

/** The finished fence of a job that the hardware has, with a reference; NONE if it has none. */
function anyRunning(thread: i32, scheduler: i32): i32 {
  lock(thread, scheduler + SharedObject.lock)
  const job = peek(scheduler + Scheduler.firstRunning)
  const finished = job == Address.None ? Address.None : peek(job + Job.finished)
  if (finished != Address.None) addRef(finished)
  unlock(thread, scheduler + SharedObject.lock)
  return finished
}

/**
 * Closes an entity: it takes no more jobs, and those in its queue end with ESRCH, each after the one before it and after
 * what it depends on: whoever waits for one may reuse what those before it have used.
 */
export function killEntity(thread: i32, entity: i32): void {
  lock(thread, entity + SharedObject.lock)
  const scheduler = peek(entity + Entity.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  if (peek(entity + Entity.killed) == Killed.No) poke(entity + Entity.killed, Killed.Closed)
  unlock(thread, scheduler + SharedObject.lock)
  addObjectRef(scheduler)
  unlock(thread, entity + SharedObject.lock)
  reap(thread, scheduler)
  dropObjectRef(thread, scheduler)
}
