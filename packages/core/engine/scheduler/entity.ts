/** Entities: queues of jobs that run one after the other, on one of several schedulers. */
import { takeContextLocked } from "../contexts"
import { Refusal } from "../layout/answer"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Entity, Job, Killed, Scheduler } from "../layout/scheduler"
import { Slots } from "../layout/slots"
import { lockSoon } from "../locks/impatient"
import { lock, unlock } from "../locks/lock"
import { lockModules, unlockModules } from "../modules"
import { give, take } from "../pool"
import { load, peek, poke } from "../words"
import { hasSignaled } from "../fence/signal"
import { addRef, dropRef } from "../fence/references"
import { addObjectRef, dropObjectRef, publishObject, takeObject } from "../composite/objects"

/** An entity that may use one scheduler; `offerScheduler` adds more. NONE when the heap is full. */
export function createEntity(thread: i32, scheduler: i32, priority: i32): i32 {
  const entity = takeObject(thread, ObjectType.Entity)
  if (entity == Address.None) return Address.None
  const choices = take(thread, Kind.Slots)
  if (choices == Address.None) {
    give(thread, Kind.Object, entity)
    return Address.None
  }
  poke(choices + Slots.next, Address.None)
  poke(choices + Slots.count, 0)
  poke(entity + Entity.choices, choices)
  addObjectRef(scheduler)
  poke(entity + Entity.scheduler, scheduler)
  poke(entity + Entity.priority, priority)
  lockModules(thread)
  takeContextLocked(entity + Entity.contextLo, entity + Entity.contextHi)
  takeContextLocked(entity + Entity.finishedContextLo, entity + Entity.finishedContextHi)
  unlockModules(thread)
  publishObject(entity)
  offerScheduler(thread, entity, scheduler)
  return entity
}

/** Adds a scheduler that the entity may use, with a reference: 1, or 0 when there are twelve already. */
export function offerScheduler(thread: i32, entity: i32, scheduler: i32): i32 {
  lock(thread, entity + SharedObject.lock)
  const choices = peek(entity + Entity.choices)
  const count = peek(choices + Slots.count)
  const room = count < Slots.Capacity
  if (room) {
    addObjectRef(scheduler)
    poke(choices + Slots.first + 4 * count, scheduler)
    poke(choices + Slots.count, count + 1)
  }
  unlock(thread, entity + SharedObject.lock)
  return room ? 1 : 0
}

/** Takes back all that was offered: it stays where it is until others are, and it is idle. */
export function withdrawSchedulers(thread: i32, entity: i32): void {
  lock(thread, entity + SharedObject.lock)
  const choices = peek(entity + Entity.choices)
  for (let i = 0; i < peek(choices + Slots.count) && i < Slots.Capacity; i++)
    dropObjectRef(thread, peek(choices + Slots.first + 4 * i))
  poke(choices + Slots.count, 0)
  unlock(thread, entity + SharedObject.lock)
}

/**
 * Under the entity's lock: the scheduler for its next job; NONE when it was closed. With jobs in its queue, or the last one not
 * done, it stays where it is, for they must run in order; else it goes where there is least to do.
 */
export function chooseScheduler(thread: i32, entity: i32): i32 {
  if (peek(entity + Entity.killed) != Killed.No) return Address.None
  const present = peek(entity + Entity.scheduler)
  if (!isIdle(thread, entity)) return present
  const choices = peek(entity + Entity.choices)
  let best: i32 = peek(present + Scheduler.closed) ? Address.None : present
  if (peek(choices + Slots.count) != 0) best = Address.None
  // ORDER: observe: hints; a load that is a moment old makes a choice that is a little worse.
  let least = 0x7fffffff
  for (let i = 0; i < peek(choices + Slots.count) && i < Slots.Capacity; i++) {
    const scheduler = peek(choices + Slots.first + 4 * i)
    const found = load(scheduler + Scheduler.load)
    if (peek(scheduler + Scheduler.closed) || found >= least) continue
    least = found
    best = scheduler
  }
  return best
}

/** Under the entity's lock: whether it has no jobs, and the last it had is done. */
export function isIdle(thread: i32, entity: i32): bool {
  const word = peek(entity + Entity.scheduler) + SharedObject.lock
  lock(thread, word)
  const last = peek(entity + Entity.lastFinished)
  const idle = peek(entity + Entity.firstJob) == Address.None && (last == Address.None || hasSignaled(last) != 0)
  unlock(thread, word)
  return idle
}

/**
 * The scheduled fence of the job that was queued last, with a reference: with it all before have gone to the hardware. NONE if none is
 * queued; BUSY when a lock stays taken: its holder may be dead, and who asks has a bound.
 */
export function lastQueued(thread: i32, entity: i32): i32 {
  let fence: i32 = Refusal.Busy
  if (!lockSoon(thread, entity + SharedObject.lock)) return fence
  const word = peek(entity + Entity.scheduler) + SharedObject.lock
  if (lockSoon(thread, word)) {
    fence = Address.None
    if (peek(entity + Entity.firstJob) != Address.None) {
      fence = peek(peek(entity + Entity.lastJob) + Job.scheduled)
      addRef(fence)
    }
    unlock(thread, word)
  }
  unlock(thread, entity + SharedObject.lock)
  return fence
}

/** From now on a job of this entity is served before those of higher numbers. */
export function setPriority(thread: i32, entity: i32, priority: i32): void {
  lock(thread, entity + SharedObject.lock)
  poke(entity + Entity.priority, priority)
  unlock(thread, entity + SharedObject.lock)
}

/** Nobody holds the entity: so it has no jobs, for each holds it. */
export function releaseEntity(thread: i32, entity: i32): void {
  const choices = peek(entity + Entity.choices)
  for (let i = 0; i < peek(choices + Slots.count) && i < Slots.Capacity; i++)
    dropObjectRef(thread, peek(choices + Slots.first + 4 * i))
  give(thread, Kind.Slots, choices)
  dropObjectRef(thread, peek(entity + Entity.scheduler))
  const last = peek(entity + Entity.lastFinished)
  if (last != Address.None) dropRef(thread, last)
}
