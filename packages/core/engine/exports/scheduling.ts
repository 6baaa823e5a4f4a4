/** What a caller does to schedulers, entities and jobs, each operation settling what it has put off. */
import { abandonServing as abandon } from "../scheduler/abandon"
import { closeScheduler as close, killEntity as kill } from "../scheduler/close"
import { addDependency as add } from "../scheduler/dependencies"
import { withdrawSchedulers as withdraw } from "../scheduler/entity"
import { endJob as end } from "../scheduler/finish"
import { createJob as create, discardJob as discard, pushJob as push } from "../scheduler/job"
import { startJob as start } from "../scheduler/run"
import { blameJob as blame, haltJob as halt, startScheduler as go, takeStopped as takeAgain } from "../scheduler/stop"
import { takeJob as take } from "../scheduler/take"
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
export function startJob(thread: i32, scheduler: i32, finished: i32, parent: i32, error: i32): void {
  start(thread, scheduler, finished, parent, error)
  settle(thread)
}

/** The finished fence of the next job to run, with a reference; NONE when there is none (`scheduler/take.ts`). */
export function takeJob(thread: i32, scheduler: i32): i32 {
  const finished = take(thread, scheduler)
  settle(thread)
  return finished
}

/** After an oops in `takeJob`, `startJob` or `startScheduler`: this thread serves no more, if it did (`scheduler/abandon.ts`). */
export function endServing(thread: i32, scheduler: i32): void {
  abandon(thread, scheduler)
  settle(thread)
}

/** Takes running jobs away from their hardware's fences (`scheduler/stop.ts`). */
export function haltJob(thread: i32, scheduler: i32): i32 {
  const finished = halt(thread, scheduler)
  settle(thread)
  return finished
}

/** The finished fence of the next job that is to be offered again, with a reference; NONE when there is none. */
export function takeStopped(thread: i32, scheduler: i32): i32 {
  const finished = takeAgain(thread, scheduler)
  settle(thread)
  return finished
}

/** A stopped scheduler goes on: 1, or 0 when somebody is offering jobs again. */
export function startScheduler(thread: i32, scheduler: i32): i32 {
  const done = go(thread, scheduler)
  settle(thread)
  return done
}

/** The job of a finished fence is to blame for a hang: for how many by now, or 0. */
export function blameJob(thread: i32, scheduler: i32, finished: i32): i32 {
  const guilt = blame(thread, scheduler, finished)
  settle(thread)
  return guilt
}
