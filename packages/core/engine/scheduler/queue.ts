/** A scheduler's lists: entities that have jobs, their jobs, and the jobs that the hardware has. Under its lock throughout. */
import { assertSteps, breakOff } from "../bound"
import { Address, Kind } from "../layout/record"
import { Entity, Job, Killed, Scheduler } from "../layout/scheduler"
import { peek, poke } from "../words"
import { addRef } from "../fence/references"
import { addObjectRef } from "../composite/objects"
import { joinTime, leaveTime } from "./fair"

/** Whether the jobs of an entity end without being run. */
export function isDoomed(scheduler: i32, entity: i32): bool {
  return peek(entity + Entity.killed) != Killed.No || peek(scheduler + Scheduler.closed) != 0
}

/** Puts a job at the end of its entity's queue. */
export function enqueue(scheduler: i32, entity: i32, job: i32): void {
  poke(job + Job.next, Address.None)
  if (peek(entity + Entity.firstJob) == Address.None) poke(entity + Entity.firstJob, job)
  else poke(peek(entity + Entity.lastJob) + Job.next, job)
  poke(entity + Entity.lastJob, job)
  list(scheduler, entity)
}

/** The entity has something for its scheduler. The list has a reference. */
function list(scheduler: i32, entity: i32): void {
  if (peek(entity + Entity.listed)) return
  addObjectRef(entity)
  joinTime(scheduler, entity)
  poke(entity + Entity.listed, 1)
  poke(entity + Entity.next, peek(scheduler + Scheduler.firstEntity))
  poke(scheduler + Scheduler.firstEntity, entity)
}

/** Takes the first job of an entity off; returns the reference on the fence that it replaces as the last, or NONE. */
export function dequeue(entity: i32, job: i32): i32 {
  poke(entity + Entity.firstJob, peek(job + Job.next))
  const before = peek(entity + Entity.lastFinished)
  const finished = peek(job + Job.finished)
  addRef(finished)
  poke(entity + Entity.lastFinished, finished)
  return before
}

/** Takes an entity without jobs off the list; the list's reference is the caller's. */
export function unlist(scheduler: i32, entity: i32): void {
  let before: i32 = Address.None
  let at = peek(scheduler + Scheduler.firstEntity)
  let steps = 0
  while (at != entity) {
    assertSteps(++steps, Kind.Object, scheduler)
    if (at == Address.None) breakOff(scheduler)
    before = at
    at = peek(at + Entity.next)
  }
  const next = peek(entity + Entity.next)
  if (before == Address.None) poke(scheduler + Scheduler.firstEntity, next)
  else poke(before + Entity.next, next)
  leaveTime(scheduler, entity)
  poke(entity + Entity.listed, 0)
}

/** Adds a job to those that the hardware has. */
export function addRunning(scheduler: i32, job: i32): void {
  poke(job + Job.next, Address.None)
  poke(job + Job.sinceLo, 0)
  poke(job + Job.sinceHi, 0)
  if (peek(scheduler + Scheduler.firstRunning) == Address.None) poke(scheduler + Scheduler.firstRunning, job)
  else poke(peek(scheduler + Scheduler.lastRunning) + Job.next, job)
  poke(scheduler + Scheduler.lastRunning, job)
  poke(scheduler + Scheduler.creditsUsed, peek(scheduler + Scheduler.creditsUsed) + peek(job + Job.credits))
}

/** Takes a job off those that the hardware has, and its credits back. */
export function removeRunning(scheduler: i32, job: i32): void {
  let before: i32 = Address.None
  let at = peek(scheduler + Scheduler.firstRunning)
  let steps = 0
  while (at != job) {
    assertSteps(++steps, Kind.Object, scheduler)
    if (at == Address.None) breakOff(scheduler)
    before = at
    at = peek(at + Job.next)
  }
  const next = peek(job + Job.next)
  if (before == Address.None) poke(scheduler + Scheduler.firstRunning, next)
  else poke(before + Job.next, next)
  if (next == Address.None) poke(scheduler + Scheduler.lastRunning, before)
  poke(scheduler + Scheduler.creditsUsed, peek(scheduler + Scheduler.creditsUsed) - peek(job + Job.credits))
}
