/** After an oops in the middle of serving: this thread serves no more, and no job waits for it to go on. */
import { Address } from "../layout/record"
import { Job, JobState } from "../layout/scheduler"
import { readLock, readUnlock } from "../rcu/epoch"
import { peek } from "../words"
import { dropRef } from "../fence/references"
import { isInHand, nextJob } from "./claim"
import { ECANCELED } from "./end"
import { endJob } from "./finish"
import { endServing } from "./run"

/**
 * The job that it had taken and not started ends with ECANCELED, as after its death. With it goes the reference that
 * `startJob` would have taken over.
 */
export function abandonServing(thread: i32, scheduler: i32): void {
  const job = jobInHand(thread, scheduler)
  const finished = job == Address.None ? Address.None : peek(job + Job.finished)
  endServing(thread, scheduler)
  if (finished == Address.None) return
  // First the reference: if this thread has a lock that ending takes, that is an oops, and the job is left (claim.ts).
  readLock(thread)
  dropRef(thread, finished)
  endJob(thread, finished, ECANCELED)
  readUnlock(thread)
}

function jobInHand(thread: i32, scheduler: i32): i32 {
  for (let job = nextJob(Address.None); job != Address.None; job = nextJob(job)) {
    const state = peek(job + Job.state)
    const isBegun = state == JobState.Starting || state == JobState.Running
    if (isBegun && peek(job + Job.scheduler) == scheduler && isInHand(thread, job)) return job
  }
  return Address.None
}
