/** Running jobs: what the thread that has the hardware does with the job it took. */
import { putOff } from "../deferral"
import { Armed } from "../layout/answer"
import { Body } from "../layout/body"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { FinishedBody, Job, JobState, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { compareExchange, load, peek, poke, store } from "../words"
import { hangAgain } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { signal } from "../fence/signal"
import { endJob } from "./finish"
import { finishedBodyOf, setParent } from "./fences"
import { stampJob, tellTime } from "./scheduler"

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
 * The hardware has accepted the job of a finished fence that `takeJob` gave: with a fence of its own (a reference stays the
 * caller's), or NONE when it is done already, with this error or 0. Takes over the reference on the finished fence.
 */
export function startJob(thread: i32, finished: i32, parent: i32, error: i32): void {
  if (parent == Address.None) endJob(thread, finished, error)
  if (parent == Address.None || !beginRunning(thread, finished)) {
    dropRef(thread, finished)
    return
  }
  // Before the scheduled fence signals: who waited for that finds the parent (B16).
  setParent(thread, finished, parent)
  const body = finishedBodyOf(finished)
  // If the hardware was quicker, nobody will call. Our reference is for the callback that will end the job, or for us.
  // Before the scheduled fence signals: if that is broken off, the job ends all the same.
  const armed = hangAgain(thread, parent, body + Body.node, true)
  if (armed == Armed.Complete) putOff(thread, body + Body.node)
  letGo(thread, finished)
  signal(thread, peek(body + FinishedBody.scheduled))
}

/** False if the job has ended while it was offered to the hardware: its time was up, or its scheduler was closed. */
function beginRunning(thread: i32, finished: i32): bool {
  readLock(thread)
  // ORDER: observe the job: in a read section its record stays, even if it has ended since. Pairs with `discardJob` of `job.ts`.
  const job = load(finishedBodyOf(finished) + FinishedBody.job)
  let begun = false
  if (job != Address.None) {
    const scheduler = peek(job + Job.scheduler)
    tellTime(thread, scheduler)
    lock(thread, scheduler + SharedObject.lock)
    begun = peek(job + Job.state) == JobState.Starting
    if (begun) {
      poke(job + Job.state, JobState.Running)
      stampJob(job, peek(thread + Thread.nowLo), peek(thread + Thread.nowHi))
    }
    unlock(thread, scheduler + SharedObject.lock)
  }
  readUnlock(thread)
  return begun
}

/** The hardware's fence ends the job, from here on also without this thread. */
function letGo(thread: i32, finished: i32): void {
  readLock(thread)
  // ORDER: observe the job, as in `beginRunning`.
  const job = load(finishedBodyOf(finished) + FinishedBody.job)
  // ORDER: claim: whoever ends the job meanwhile has written its own id, and keeps it.
  if (job != Address.None) compareExchange(job + Job.holder, peek(thread + Thread.id), 0)
  readUnlock(thread)
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

/** It was no hang: the job that the hardware has had for longest gets its time anew. */
export function restartTimeout(thread: i32, scheduler: i32): void {
  tellTime(thread, scheduler)
  lock(thread, scheduler + SharedObject.lock)
  const job = peek(scheduler + Scheduler.firstRunning)
  if (job != Address.None) stampJob(job, peek(thread + Thread.nowLo), peek(thread + Thread.nowHi))
  unlock(thread, scheduler + SharedObject.lock)
}
