/** A job on its way into the queue of its entity, and out of memory. */
import { ringScheduler } from "../actions"
import { Fence, Flag } from "../layout/fence"
import { ObjectType, SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { Entity, FinishedBody, Job, JobState, Killed, Readiness, Scheduler } from "../layout/scheduler"
import { lock, unlock } from "../locks/lock"
import { retire } from "../rcu/retire"
import { add, peek, poke, store } from "../words"
import { addRef, dropRef } from "../fence/references"
import { addObjectRef, dropObjectRef, publishObject, takeObject } from "../composite/objects"
import { chooseScheduler, isIdle } from "./entity"
import { createFinishedFence, createJobFence, finishedBodyOf } from "./fences"
import { dropDependencies } from "./dependencies"
import { enqueue, isDoomed } from "./queue"

/** `createJob`'s answers when there is no scheduler for it: the entity, or all that it may use, were closed; or it is guilty. */
const CLOSED: i32 = -1
const GUILTY: i32 = -2

/** A job for an entity, not yet submitted, with its two fences. NONE when the heap is full; CLOSED, GUILTY. */
export function createJob(thread: i32, entity: i32, credits: i32, data: i32, dontPipeline: i32): i32 {
  lock(thread, entity + SharedObject.lock)
  const scheduler = chooseScheduler(thread, entity)
  // For the job, and under the lock: afterwards the entity may be sent elsewhere, and the scheduler go.
  if (scheduler != Address.None) addObjectRef(scheduler)
  const guilty = peek(entity + Entity.killed) == Killed.Guilty
  unlock(thread, entity + SharedObject.lock)
  if (scheduler == Address.None) return guilty ? GUILTY : CLOSED
  const job = takeObject(thread, ObjectType.Job)
  if (job == Address.None) {
    dropObjectRef(thread, scheduler)
    return Address.None
  }
  const timeline = peek(scheduler + Scheduler.timeline)
  const scheduled = createJobFence(thread, timeline)
  const finished = scheduled == Address.None ? Address.None : createFinishedFence(thread, timeline, scheduled)
  if (finished == Address.None) {
    if (scheduled != Address.None) dropRef(thread, scheduled)
    retire(thread, job)
    dropObjectRef(thread, scheduler)
    return Address.None
  }
  if (dontPipeline) poke(finished + Fence.flags, peek(finished + Fence.flags) | Flag.DontPipeline)
  addObjectRef(entity)
  poke(job + Job.entity, entity)
  poke(job + Job.scheduler, scheduler)
  poke(job + Job.scheduled, scheduled)
  poke(job + Job.finished, finished)
  poke(job + Job.credits, credits)
  poke(job + Job.data, data)
  poke(finishedBodyOf(finished) + FinishedBody.data, data)
  publishObject(job)
  // ORDER: publish the job. Pairs with `claimJob` of `end.ts`.
  store(finishedBodyOf(finished) + FinishedBody.job, job)
  return job
}

/**
 * Queues a job: 1, or 0 when its entity or its scheduler was closed meanwhile, or the entity sent elsewhere (discard it
 * then). Its fences get their place on the entity's timelines here, so that they stand in the order of the queue; the
 * caller has taken its references before.
 */
export function pushJob(thread: i32, job: i32): i32 {
  const entity = peek(job + Job.entity)
  const scheduler = peek(job + Job.scheduler)
  lock(thread, entity + SharedObject.lock)
  const joined = peek(entity + Entity.killed) == Killed.No && joinScheduler(thread, entity, scheduler)
  let queued = false
  if (joined) {
    lock(thread, scheduler + SharedObject.lock)
    // Whoever closes the scheduler says so under this lock, and looks for jobs to end afterwards: it finds ours, or we
    // find that it is closed (S4).
    queued = !isDoomed(scheduler, entity)
    if (queued) {
      queue(scheduler, entity, job)
      // Under the lock: afterwards the job may end, and be the last that holds the scheduler.
      // ORDER: claim: a count; whoever chooses a scheduler reads it as a hint.
      add(scheduler + Scheduler.load, 1)
      ringScheduler(scheduler)
    }
    unlock(thread, scheduler + SharedObject.lock)
  }
  unlock(thread, entity + SharedObject.lock)
  return queued ? 1 : 0
}

/** Under both locks: the job gets its places, on the timelines and in the queue. */
function queue(scheduler: i32, entity: i32, job: i32): void {
  const seqno = (peek(entity + Entity.seqno) + 1) | 0
  poke(entity + Entity.seqno, seqno)
  place(peek(job + Job.scheduled), peek(entity + Entity.contextLo), peek(entity + Entity.contextHi), seqno)
  const lo = peek(entity + Entity.finishedContextLo)
  place(peek(job + Job.finished), lo, peek(entity + Entity.finishedContextHi), seqno)
  const order = (peek(scheduler + Scheduler.order) + 1) | 0
  poke(scheduler + Scheduler.order, order)
  poke(job + Job.order, order)
  poke(job + Job.readiness, peek(job + Job.firstDependency) == Address.None ? Readiness.Ready : Readiness.Unasked)
  poke(job + Job.state, JobState.Queued)
  enqueue(scheduler, entity, job)
}

/** Under the entity's lock: whether its jobs go to this scheduler; an idle entity goes along with its job. */
function joinScheduler(thread: i32, entity: i32, scheduler: i32): bool {
  const present = peek(entity + Entity.scheduler)
  if (present == scheduler) return true
  const idle = isIdle(thread, entity)
  if (!idle) return false
  addObjectRef(scheduler)
  poke(entity + Entity.scheduler, scheduler)
  dropObjectRef(thread, present)
  return true
}

/** PLAIN: who submits has not shared the fence yet. */
function place(fence: i32, contextLo: i32, contextHi: i32, seqno: i32): void {
  poke(fence + Fence.contextLo, contextLo)
  poke(fence + Fence.contextHi, contextHi)
  poke(fence + Fence.seqnoLo, seqno)
}

/** The job's fences, with a reference for the caller. */
export function scheduledFence(job: i32): i32 {
  const fence = peek(job + Job.scheduled)
  addRef(fence)
  return fence
}
export function finishedFence(job: i32): i32 {
  const fence = peek(job + Job.finished)
  addRef(fence)
  return fence
}

/** Gives up a job that is in no queue, with all that it holds. Not under a scheduler's lock. */
export function discardJob(thread: i32, job: i32): void {
  poke(job + Job.state, JobState.Gone)
  dropDependencies(thread, job)
  const entity = peek(job + Job.entity)
  const scheduler = peek(job + Job.scheduler)
  const scheduled = peek(job + Job.scheduled)
  const finished = peek(job + Job.finished)
  // ORDER: publish "no job any more", before its record is retired. Pairs with `claimJob` of `end.ts`, with
  // `jobOf` of `run.ts`; and with `settleAsked` of `ask.ts`.
  store(finishedBodyOf(finished) + FinishedBody.job, Address.None)
  retire(thread, job)
  dropRef(thread, scheduled)
  dropRef(thread, finished)
  dropObjectRef(thread, entity)
  dropObjectRef(thread, scheduler)
}
