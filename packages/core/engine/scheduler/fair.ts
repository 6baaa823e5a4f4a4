/**
 * Policy FAIR: served is who has had the least of the hardware's time, as Linux v7.2 does.
 *
 * An entity's virtual time is what its jobs took, times a weight: a less urgent one's runs faster. The scheduler's is
 * that of the entity served last, and only rises. Who waits for something, or has nothing to do, does not save up:
 * when it comes back it stands at the scheduler's time, or ahead of it if it had had more than its share.
 *
 * Times are 32-bit numbers that may wrap, in units of 1,024 ns; no two that are compared are more than MOST_AHEAD apart.
 *
 * KERNEL: the weights are the same (1, 2, 4 and 7 as shifts, here less one). What is different: a job that is taken
 * counts at once, for one unit, so that entities which stand equal take turns though no job has ended yet; and an entity
 * is at most eighteen minutes ahead, so that a job which took an hour is forgiven some of it.
 * Under the scheduler's lock throughout.
 */
import { Entity, Policy, Scheduler } from "../layout/scheduler"
import { peek, poke } from "../words"
import { LONGEST, timeOf } from "./time"

const MOST_AHEAD: i32 = 0x40000000

/** By how many bits an entity's time runs faster, by priority. */
function shiftOf(entity: i32): i32 {
  const priority = peek(entity + Entity.priority)
  if (priority == 0) return 0
  return priority == 1 ? 1 : priority == 2 ? 3 : 6
}

// @inline
export function isFair(scheduler: i32): bool {
  return peek(scheduler + Scheduler.policy) == Policy.Fair
}

/** It has jobs from now on: its time becomes one of the scheduler's. */
export function joinTime(scheduler: i32, entity: i32): void {
  const ahead = peek(entity + Entity.virtualTime)
  poke(entity + Entity.virtualTime, (peek(scheduler + Scheduler.virtualTime) + (ahead > 0 ? ahead : 0)) | 0)
}

/** It has no jobs any more: what stays is how far ahead it is. */
export function leaveTime(scheduler: i32, entity: i32): void {
  poke(entity + Entity.virtualTime, (peek(entity + Entity.virtualTime) - peek(scheduler + Scheduler.virtualTime)) | 0)
}

/** How far ahead of the scheduler's time a listed entity is; not below 0. */
export function aheadOf(scheduler: i32, entity: i32): i32 {
  const ahead = (peek(entity + Entity.virtualTime) - peek(scheduler + Scheduler.virtualTime)) | 0
  return ahead > 0 ? ahead : 0
}

/** A job of a listed entity is taken: the scheduler's time is the entity's, which goes on by the least there is. */
export function serveInTime(scheduler: i32, entity: i32): void {
  const now = (peek(scheduler + Scheduler.virtualTime) + aheadOf(scheduler, entity)) | 0
  poke(scheduler + Scheduler.virtualTime, now)
  poke(entity + Entity.virtualTime, (now + (1 << shiftOf(entity))) | 0)
}

/** A job has ended that the hardware had accepted: its entity has had that much. The time is in the thread's `now` words. */
export function charge(thread: i32, scheduler: i32, entity: i32, job: i32): void {
  const shift = shiftOf(entity)
  const time = timeOf(thread, job)
  const weighed = time > LONGEST >> shift ? LONGEST : time << shift
  const listed = peek(entity + Entity.listed) != 0
  const from = listed ? peek(scheduler + Scheduler.virtualTime) : 0
  const ahead = (((peek(entity + Entity.virtualTime) - from) | 0) + weighed) | 0
  poke(entity + Entity.virtualTime, (from + (ahead > MOST_AHEAD ? MOST_AHEAD : ahead)) | 0)
}
