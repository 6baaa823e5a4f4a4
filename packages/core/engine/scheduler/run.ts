/** Running jobs: what the thread that has the hardware does with the job it took. */
import { Body } from "../layout/body"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { Job, JobState, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { peek, poke, store } from "../words"
import { hang } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { signal } from "../fence/signal"
import { settle } from "../fence/work"
import { endJob, finishJob, reap } from "./finish"
import { finishedBodyOf, setParent } from "./fences"

/** From now on this thread is rung when there may be a job for it. Look for one afterwards. */
export function attendScheduler(thread: i32, scheduler: i32): void {
  // ORDER: announce ourselves, then look for jobs. Pairs with `ringScheduler` of `actions.ts`: what was done before it
  // loaded NONE, we find; what is done after our store rings.
  store(scheduler + Scheduler.hardware, thread)
}

/** Nobody runs this scheduler's jobs any more, for now. */
export function leaveScheduler(thread: i32, scheduler: i32): void {
  // ORDER: publish: whoever still rings us does no harm.
  if (peek(scheduler + Scheduler.hardware) == thread) store(scheduler + Scheduler.hardware, Address.None)
}

/**
 * The hardware has accepted a job: with a fence of its own (a reference stays the caller's), or NONE when it is done
 * already, with this error or 0. The time is in the thread's `now` words.
 */
export function startJob(thread: i32, job: i32, parent: i32, error: i32): void {
  const finished = peek(job + Job.finished)
  poke(job + Job.startedLo, peek(thread + Thread.nowLo))
  poke(job + Job.startedHi, peek(thread + Thread.nowHi))
  enlist(thread, job)
  // Before the scheduled fence signals: who waited for that finds the parent (B16).
  if (parent != Address.None) setParent(thread, finished, parent)
  // For the callback that will end the job, or for us.
  addRef(finished)
  signal(thread, peek(job + Job.scheduled))
  if (parent == Address.None) {
    endJob(thread, finished, error)
    dropRef(thread, finished)
    return
  }
  // If the hardware was quicker, nobody will call.
  const pending = hang(thread, parent, finishedBodyOf(finished) + Body.node)
  if (!pending) finishJob(thread, thread, finished)
  settle(thread)
}

/** Adds a job to those that the hardware has. */
function enlist(thread: i32, job: i32): void {
  const scheduler = peek(job + Job.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  poke(job + Job.state, JobState.Running)
  poke(job + Job.next, Address.None)
  if (peek(scheduler + Scheduler.firstRunning) == Address.None) poke(scheduler + Scheduler.firstRunning, job)
  else poke(peek(scheduler + Scheduler.lastRunning) + Job.next, job)
  poke(scheduler + Scheduler.lastRunning, job)
  unlock(thread, scheduler + SharedObject.lock)
}

/** The finished fence of the job that the hardware has had for longest, with a reference; NONE if it has none. Its start is then in the thread's `now` words. */
export function oldestRunning(thread: i32, scheduler: i32): i32 {
  lock(thread, scheduler + SharedObject.lock)
  const job = peek(scheduler + Scheduler.firstRunning)
  let finished: i32 = Address.None
  if (job != Address.None) {
    finished = peek(job + Job.finished)
    addRef(finished)
    poke(thread + Thread.nowLo, peek(job + Job.startedLo))
    poke(thread + Thread.nowHi, peek(job + Job.startedHi))
  }
  unlock(thread, scheduler + SharedObject.lock)
  return finished
}

/** It was no hang: the job that the hardware has had for longest gets its time anew, from the thread's `now` words. */
export function restartTimeout(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  const job = peek(scheduler + Scheduler.firstRunning)
  if (job != Address.None) {
    poke(job + Job.startedLo, peek(thread + Thread.nowLo))
    poke(job + Job.startedHi, peek(thread + Thread.nowHi))
  }
  unlock(thread, scheduler + SharedObject.lock)
}

/** Closes a scheduler: it runs nothing any more, and what is queued ends with ECANCELED. */
export function closeScheduler(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  poke(scheduler + Scheduler.closed, 1)
  unlock(thread, scheduler + SharedObject.lock)
  reap(thread, scheduler)
}
