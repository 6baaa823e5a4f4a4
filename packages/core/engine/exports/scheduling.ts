/** What a caller does to schedulers, entities and jobs, each operation settling what it has put off. */
import { closeScheduler as close, killEntity as kill } from "../scheduler/close"
import { addDependency as add } from "../scheduler/dependencies"
import { withdrawSchedulers as withdraw } from "../scheduler/entity"
import { endJob as end } from "../scheduler/finish"
import { createJob as create, discardJob as discard, pushJob as push } from "../scheduler/job"
import { startJob as start } from "../scheduler/run"
import { takeJob as take } from "../scheduler/scheduler"
import { settle } from "../work"

/** Closes a scheduler: it runs nothing any more, and what is queued ends with ECANCELED. */
export function closeScheduler(thread: i32, scheduler: i32): void {
  close(thread, scheduler)
  settle(thread)
}

/** Closes an entity: it takes no more jobs, and those in its queue end with ESRCH. */
export function killEntity(thread: i32, entity: i32): void {
  kill(thread, entity)
  settle(thread)
}

/** Lets a job, not yet submitted, wait for a fence: 1, or 0 when the heap is full. */
export function addDependency(thread: i32, job: i32, fence: i32): i32 {
  const added = add(thread, job, fence)
  settle(thread)
  return added
}

/** Takes back all schedulers that were offered to the entity. */
export function withdrawSchedulers(thread: i32, entity: i32): void {
  withdraw(thread, entity)
  settle(thread)
}

/** Ends the job of a finished fence with an error or 0: 1, or 0 when somebody else has. */
export function endJob(thread: i32, finished: i32, error: i32): i32 {
  const ended = end(thread, finished, error)
  settle(thread)
  return ended
}

/** A job for an entity, not yet submitted. NONE when the heap is full, -1 when the entity was closed. */
export function createJob(thread: i32, entity: i32, credits: i32, data: i32, dontPipeline: i32): i32 {
  const job = create(thread, entity, credits, data, dontPipeline)
  settle(thread)
  return job
}

/** Gives up a job that is in no queue. */
export function discardJob(thread: i32, job: i32): void {
  discard(thread, job)
  settle(thread)
}

/** Queues a job: 1, or 0 when its entity was closed meanwhile. */
export function pushJob(thread: i32, job: i32): i32 {
  const pushed = push(thread, job)
  settle(thread)
  return pushed
}

/** The hardware has accepted a job that `takeJob` gave, or it is done already (`scheduler/run.ts`). */
export function startJob(thread: i32, finished: i32, parent: i32, error: i32): void {
  start(thread, finished, parent, error)
  settle(thread)
}

/** The finished fence of the next job to run, with a reference; NONE when there is none (`scheduler/scheduler.ts`). */
export function takeJob(thread: i32, scheduler: i32): i32 {
  const finished = take(thread, scheduler)
  settle(thread)
  return finished
}
