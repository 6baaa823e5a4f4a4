/** Closing: what takes no more jobs, and ends those that it has. */
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { SharedObject } from "../layout/object"
import { Entity, Scheduler } from "../layout/scheduler"
import { lock, unlock } from "../locks/lock"
import { peek, poke } from "../words"
import { reap } from "./finish"

/** Closes a scheduler: it runs nothing any more, and what is queued ends with ECANCELED. */
export function closeScheduler(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  poke(scheduler + Scheduler.closed, 1)
  unlock(thread, scheduler + SharedObject.lock)
  reap(thread, scheduler)
}

/** Closes an entity: it takes no more jobs, and those in its queue end with ESRCH, each after the one before it. */
export function killEntity(thread: i32, entity: i32): void {
  lock(thread, entity + SharedObject.lock)
  const scheduler = peek(entity + Entity.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  poke(entity + Entity.killed, 1)
  unlock(thread, scheduler + SharedObject.lock)
  addObjectRef(scheduler)
  unlock(thread, entity + SharedObject.lock)
  reap(thread, scheduler)
  dropObjectRef(thread, scheduler)
}
