/** The end of a job: by its hardware, by a time-out, or without having run. One of those who come to end it does. */
import { ringScheduler } from "../actions"
import { Body } from "../layout/body"
import { Fence } from "../layout/fence"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { FinishedBody, Job, JobState, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { isLinkedLocked, unlinkLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke, sub } from "../words"
import { lockOf } from "../fence/lock"
import { setError } from "../fence/query"
import { addRef, dropRef } from "../fence/references"
import { signalAt, tellTime } from "../fence/signal"
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { finishedBodyOf } from "./fences"
import { discardJob } from "./job"
import { takeDoomed } from "./scheduler"

const ESRCH: i32 = -3
export const ECANCELED: i32 = -125

/** The hardware's fence is complete: the job ends as it did. (Put off until no fence's lock is held.) */
export function finishJob(thread: i32, owner: i32, finished: i32): void {
  const parent = peek(finishedBodyOf(finished) + FinishedBody.parent)
  endJob(thread, finished, peek(parent + Fence.error))
  poke(owner + Thread.working, Address.None)
  // The callback's own.
  dropRef(thread, finished)
}

/** Ends the job of a finished fence with an error or 0, and those that must end after it: 1, or 0 when somebody else has. */
export function endJob(thread: i32, finished: i32, error: i32): i32 {
  const scheduler = endOne(thread, finished, error)
  if (scheduler == Address.None) return 0
  reap(thread, scheduler)
  dropObjectRef(thread, scheduler)
  return 1
}

/**
 * Ends the jobs of closed entities, and of a closed scheduler, that wait for nothing any more. Each that ends lets the one after it
 * end, so whoever ends a job looks again.
 */
export function reap(thread: i32, scheduler: i32): void {
  const error = peek(scheduler + Scheduler.closed) ? ECANCELED : ESRCH
  while (true) {
    const finished = takeDoomed(thread, scheduler)
    if (finished == Address.None) return
    if (endOne(thread, finished, error) != Address.None) dropObjectRef(thread, scheduler)
    dropRef(thread, finished)
  }
}

/** Ends one job; returns its scheduler, with a reference, or NONE when somebody else has ended it. */
function endOne(thread: i32, finished: i32, error: i32): i32 {
  // Before we claim it: if the host has something to throw, the job is not ended half.
  const stamped = tellTime(thread)
  const job = claimJob(thread, finished)
  return job == Address.None ? Address.None : endStamped(thread, job, error, stamped)
}

/** Ends a job that nobody else ends; returns its scheduler, with a reference. */
export function endClaimed(thread: i32, job: i32, error: i32): i32 {
  return endStamped(thread, job, error, tellTime(thread))
}

function endStamped(thread: i32, job: i32, error: i32, stamped: i32): i32 {
  const scheduler = peek(job + Job.scheduler)
  const finished = peek(job + Job.finished)
  // The caller's reference may be the job's own.
  addRef(finished)
  addObjectRef(scheduler)
  unhang(thread, finished)
  if (error != 0) setError(thread, finished, error)
  // A job that never ran is called scheduled all the same: nobody may wait for that for ever.
  signalAt(thread, peek(job + Job.scheduled), stamped)
  signalAt(thread, finished, stamped)
  discardJob(thread, job)
  // ORDER: claim: a count, as in `pushJob`.
  sub(scheduler + Scheduler.load, 1)
  ringScheduler(scheduler)
  dropRef(thread, finished)
  return scheduler
}

/** Takes the job of a finished fence out of the scheduler's hands, and its credits back; NONE if it has ended. */
function claimJob(thread: i32, finished: i32): i32 {
  const body = finishedBodyOf(finished)
  readLock(thread)
  // ORDER: observe the job: in a read section its record stays, even if it has ended since. Pairs with `createJob` of
  // `scheduler/job.ts` and `discardJob` of `scheduler/job.ts`.
  const job = load(body + FinishedBody.job)
  if (job == Address.None) {
    readUnlock(thread)
    return Address.None
  }
  const scheduler = peek(job + Job.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  const state = peek(job + Job.state)
  const mine = state == JobState.Starting || state == JobState.Running
  if (mine) {
    poke(job + Job.holder, peek(thread + Thread.id))
    poke(job + Job.state, JobState.Ending)
    unlist(scheduler, job)
    poke(scheduler + Scheduler.creditsUsed, peek(scheduler + Scheduler.creditsUsed) - peek(job + Job.credits))
  }
  unlock(thread, scheduler + SharedObject.lock)
  readUnlock(thread)
  return mine ? job : Address.None
}

/** Takes a job off the list of those that the hardware has. */
function unlist(scheduler: i32, job: i32): void {
  let before: i32 = Address.None
  let at = peek(scheduler + Scheduler.firstRunning)
  while (at != job) {
    before = at
    at = peek(at + Job.next)
  }
  const next = peek(job + Job.next)
  if (before == Address.None) poke(scheduler + Scheduler.firstRunning, next)
  else poke(before + Job.next, next)
  if (next == Address.None) poke(scheduler + Scheduler.lastRunning, before)
}

/** The hardware's fence shall not call any more. If it is calling, `endJob` will find that there is nothing to do. */
function unhang(thread: i32, finished: i32): void {
  const body = finishedBodyOf(finished)
  const parent = peek(body + FinishedBody.parent)
  if (parent == Address.None) return
  const node = body + Body.node
  const word = lockOf(parent)
  lock(thread, word)
  const hung = isLinkedLocked(node)
  if (hung) unlinkLocked(parent, node)
  unlock(thread, word)
  if (hung) dropRef(thread, finished)
}
