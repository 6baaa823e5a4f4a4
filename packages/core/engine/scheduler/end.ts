/** The end of one job: by its hardware, by a time-out, or without having run. One of those who come to end it does (S1). */
import { ringScheduler } from "../actions"
import { Body } from "../layout/body"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { FinishedBody, Job, JobState, Scheduler } from "../layout/scheduler"
import { lock, unlock } from "../locks/lock"
import { holds } from "../locks/strategy"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke, sub } from "../words"
import { unhang } from "../fence/callbacks"
import { isLockDead, lockOf } from "../fence/lock"
import { setError } from "../fence/query"
import { addRef, dropRef, tryAddRefAt } from "../fence/references"
import { signalAt, tellTime } from "../fence/signal"
import { addObjectRef } from "../composite/objects"
import { assertMayEnd, holdJob, mayTakeFences } from "./claim"
import { charge, isFair } from "./fair"
import { dropParent, finishedBodyOf } from "./fences"
import { discardJob } from "./job"
import { removeRunning } from "./queue"
import { noteTime, stampOldest } from "./time"

export const ESRCH: i32 = -3
export const ETIMEDOUT: i32 = -110
export const ECANCELED: i32 = -125

/** Whether a job is on the list of those that the hardware has, or was offered. */
export function isWithHardware(state: i32): bool {
  return state == JobState.Starting || state == JobState.Running || state == JobState.Stopped
}

/** Ends one job with an error or 0; returns its scheduler, with a reference, or NONE when somebody else has ended it. */
export function endOne(thread: i32, finished: i32, error: i32): i32 {
  // Before we claim it: if the host has something to throw, the job is not ended half.
  const stamped = tellTime(thread)
  const job = claimJob(thread, finished, error)
  return job == Address.None ? Address.None : endStamped(thread, job, error, stamped)
}

/** Ends a job that nobody else ends; returns its scheduler, with a reference. */
export function endClaimed(thread: i32, job: i32, error: i32): i32 {
  return endStamped(thread, job, error, tellTime(thread))
}

function endStamped(thread: i32, job: i32, error: i32, stamped: i32): i32 {
  const scheduler = peek(job + Job.scheduler)
  const finished = peek(job + Job.finished)
  letHardwareGo(thread, finished)
  if (error != 0) setError(thread, finished, error)
  // A job that never ran is called scheduled all the same: nobody may wait for that for ever.
  signalAt(thread, peek(job + Job.scheduled), stamped)
  signalAt(thread, finished, stamped)
  // Until here the job keeps them, also if an oops breaks this off. The caller's reference may be the job's own.
  addRef(finished)
  addObjectRef(scheduler)
  if (!peek(scheduler + Scheduler.keepsParent)) dropParent(thread, finished)
  discardJob(thread, job)
  // ORDER: claim: a count, as in `pushJob`.
  sub(scheduler + Scheduler.load, 1)
  ringScheduler(scheduler)
  dropRef(thread, finished)
  return scheduler
}

/** Takes the job of a finished fence out of the scheduler's hands, and its credits back; NONE if it has ended. */
function claimJob(thread: i32, finished: i32, error: i32): i32 {
  const body = finishedBodyOf(finished)
  readLock(thread)
  // ORDER: observe the job: in a read section its record stays, even if it has ended since. Pairs with `createJob` of
  // `job.ts` and `discardJob` of `job.ts`.
  const job = load(body + FinishedBody.job)
  if (job == Address.None) {
    readUnlock(thread)
    return Address.None
  }
  const scheduler = peek(job + Job.scheduler)
  mayTakeFences(thread)
  noteTime(thread, scheduler)
  lock(thread, scheduler + SharedObject.lock)
  const state = peek(job + Job.state)
  const mine = isWithHardware(state)
  if (mine) {
    assertMayEnd(thread, job)
    holdJob(thread, job)
    poke(job + Job.error, error)
    poke(job + Job.state, JobState.Ending)
    removeRunning(scheduler, job)
    stampOldest(thread, scheduler)
    if (isFair(scheduler) && (peek(job + Job.begunLo) | peek(job + Job.begunHi)) != 0)
      charge(thread, scheduler, peek(job + Job.entity), job)
  }
  unlock(thread, scheduler + SharedObject.lock)
  readUnlock(thread)
  return mine ? job : Address.None
}

/**
 * The hardware's fence shall not call any more. If it is calling, whoever comes of it finds that there is nothing to do: so it
 * may as well call, if this thread has its lock.
 */
function letHardwareGo(thread: i32, finished: i32): void {
  const body = finishedBodyOf(finished)
  const parent = tryAddRefAt(thread, body + FinishedBody.parent)
  if (parent == Address.None) return
  const mayCall = isLockDead(parent) || holds(thread, lockOf(parent))
  if (!mayCall && unhang(thread, parent, body + Body.node)) dropRef(thread, finished)
  dropRef(thread, parent)
}
