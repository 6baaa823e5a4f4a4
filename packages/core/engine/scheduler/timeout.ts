/** Jobs that may take only so long: the time of each counts from when it is the oldest that the hardware has. */
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { Job, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { peek, poke } from "../words"
import { addRef } from "../fence/references"
import { jobOf } from "./run"
import { noteTime, restamp, stampOldest } from "./time"

/**
 * The finished fence of the job that the hardware has had for longest, with a reference; NONE if it has none, or the
 * scheduler is stopped. Since when its time counts is then in the thread's `now` words.
 */
export function oldestRunning(thread: i32, scheduler: i32): i32 {
  noteTime(thread, scheduler)
  lock(thread, scheduler + SharedObject.lock)
  // After a death the list was made anew.
  stampOldest(thread, scheduler)
  const job = peek(scheduler + Scheduler.stopped) ? Address.None : peek(scheduler + Scheduler.firstRunning)
  let finished: i32 = Address.None
  if (job != Address.None) {
    finished = peek(job + Job.finished)
    addRef(finished)
    poke(thread + Thread.nowLo, peek(job + Job.sinceLo))
    poke(thread + Thread.nowHi, peek(job + Job.sinceHi))
  }
  unlock(thread, scheduler + SharedObject.lock)
  return finished
}

/** It was no hang: the job of this finished fence, if it is the oldest still, gets its time anew. */
export function restartTimeout(thread: i32, scheduler: i32, finished: i32): void {
  noteTime(thread, scheduler)
  readLock(thread)
  const job = jobOf(finished)
  lock(thread, scheduler + SharedObject.lock)
  // PLAIN: a job that is on the list is in use; one that has ended is on none.
  if (job != Address.None && peek(scheduler + Scheduler.firstRunning) == job) restamp(thread, job)
  unlock(thread, scheduler + SharedObject.lock)
  readUnlock(thread)
}
