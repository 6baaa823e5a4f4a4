/**
 * Asking about what a job waits for. No lock is held meanwhile, for issuers' functions are called, and may submit jobs
 * or wait for locks: so one thread claims the first job of an entity, asks, and says what came of it. The states are
 * told at `Readiness`; each step from one to another is under the scheduler's lock. A queued job leaves its queue only
 * when it is READY, or doomed and waits for nothing: so it stays where it is while it is asked about, or waits.
 *
 * The job's callback hangs on one dependency at a time. Whoever completes that puts it off, for under a fence's lock
 * none of a scheduler's may be taken (P12), and later makes it UNASKED.
 */
import { assertSteps, assertStepsOfAny } from "../bound"
import { putOffOwn } from "../deferral"
import { Armed } from "../layout/answer"
import { Body } from "../layout/body"
import { Action, Callback } from "../layout/callback"
import { SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Entity, FinishedBody, Job, JobState, Readiness, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke } from "../words"
import { hangAgain } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { addObjectRef } from "../composite/objects"
import { holdJob } from "./claim"
import { nextDependency } from "./dependencies"
import { finishedBodyOf } from "./fences"
import { isDoomed } from "./queue"

/** The callback of a job. */
function nodeOf(finished: i32): i32 {
  return finishedBodyOf(finished) + Body.node
}

/** Under the scheduler's lock: whether somebody must ask about a job before it can leave its queue. */
export function isToBeAsked(job: i32, doomed: bool): bool {
  const readiness = peek(job + Job.readiness)
  if (readiness == Readiness.Unasked || readiness == Readiness.Retry) return true
  // It may run, but it shall not: then what it had only to be behind must be over as well.
  return doomed && readiness == Readiness.Ready && peek(job + Job.firstDependency) != Address.None
}

/** Under the scheduler's lock: whether a job has what it waits for. */
export function isReady(job: i32, doomed: bool): bool {
  if (peek(job + Job.readiness) != Readiness.Ready) return false
  return !doomed || peek(job + Job.firstDependency) == Address.None
}

/** Under the scheduler's lock: issuers that failed to be asked are asked again, once. Whether there is one of whose job must end. */
export function retryRefused(scheduler: i32): bool {
  let doomed = false
  let steps = 0
  for (let at = peek(scheduler + Scheduler.firstEntity); at != Address.None; at = peek(at + Entity.next)) {
    assertSteps(++steps, Kind.Object, scheduler)
    const job = peek(at + Entity.firstJob)
    if (peek(job + Job.readiness) != Readiness.Refused) continue
    poke(job + Job.readiness, Readiness.Retry)
    if (isDoomed(scheduler, at)) doomed = true
  }
  return doomed
}

/** Under the scheduler's lock, which it gives back: asks about the first job of an entity that is to be asked about. */
export function askAndUnlock(thread: i32, scheduler: i32, job: i32, doomed: bool): void {
  // An issuer that could not be asked is asked once more. The callback hangs on its fence, as a rule.
  let again: bool = peek(job + Job.readiness) == Readiness.Retry
  holdJob(thread, job)
  if (!again) poke(job + Job.readiness, Readiness.Asking)
  let steps = 0
  while (true) {
    assertStepsOfAny(++steps, job)
    let fence = peek(nodeOf(peek(job + Job.finished)) + Callback.fence)
    if (!again) {
      unlock(thread, scheduler + SharedObject.lock)
      fence = nextDependency(thread, job, doomed)
      lock(thread, scheduler + SharedObject.lock)
      if (fence == Address.None) break
    }
    if (waitAndUnlock(thread, scheduler, job, fence, again)) return
    again = false
  }
  poke(job + Job.holder, 0)
  poke(job + Job.readiness, Readiness.Ready)
  unlock(thread, scheduler + SharedObject.lock)
}

/**
 * Under the scheduler's lock: hangs the job's callback on a fence; true if it hangs, and the job is ours no longer. Else the job is
 * asked about on, and the lock is held again. `again`: the callback may hang there, or may have run.
 */
function waitAndUnlock(thread: i32, scheduler: i32, job: i32, fence: i32, again: bool): bool {
  const finished = peek(job + Job.finished)
  const node = nodeOf(finished)
  // One on either for us, since the job may be gone once it hangs. While the job is WAITING and in our hands we have them:
  // after an oops they are given back (claim.ts). And one for the callback.
  addRef(finished)
  addRef(fence)
  if (!again) {
    addRef(finished)
    poke(node + Callback.fence, fence)
    poke(node + Callback.code, Action.DependencyDone)
  }
  poke(job + Job.readiness, Readiness.Waiting)
  unlock(thread, scheduler + SharedObject.lock)
  const armed = hangAgain(thread, fence, node, true)
  const hangs = settleAsked(thread, finished, fence, armed, again)
  if (!hangs) {
    lock(thread, scheduler + SharedObject.lock)
    poke(job + Job.readiness, Readiness.Asking)
    dropRef(thread, finished)
  }
  dropRef(thread, fence)
  dropRef(thread, finished)
  return hangs
}

/**
 * Says what came of it; false if the callback does not hang and never did: then the job is still its asker's. If the
 * callback has run, the job may be anybody's by now. NOT_ARMED: a lock was busy, and the operation is impatient. What did not
 * hang before hangs nowhere now, and nobody would ever come for it: so this thread comes back for it.
 */
function settleAsked(thread: i32, finished: i32, fence: i32, armed: i32, again: bool): bool {
  const node = nodeOf(finished)
  readLock(thread)
  // ORDER: observe the job: in a read section its record stays. Pairs with `discardJob` of `job.ts`.
  const job = load(finishedBodyOf(finished) + FinishedBody.job)
  let hangs = true
  if (job != Address.None) {
    const scheduler = peek(job + Job.scheduler)
    lock(thread, scheduler + SharedObject.lock)
    const ours =
      peek(job + Job.holder) == peek(thread + Thread.id) &&
      peek(job + Job.readiness) == Readiness.Waiting &&
      peek(node + Callback.fence) == fence
    // Whoever completed the fence ran its callbacks in the lock hold after which we found it complete.
    if (ours && armed == Armed.Complete && peek(node + Callback.code) == Action.DependencyDone) hangs = false
    else if (ours) {
      if (armed == Armed.NotArmed && !again) comeBack(thread, job, node)
      else if (armed == Armed.NotArmed || armed == Armed.Deaf) poke(job + Job.readiness, Readiness.Refused)
      poke(job + Job.holder, 0)
    }
    unlock(thread, scheduler + SharedObject.lock)
  }
  readUnlock(thread)
  return hangs
}

/**
 * Under the scheduler's lock: puts a callback off that hangs nowhere, as if it had run.
 * DEATH: meanwhile the job is ASKING and in our hands, so it is asked about anew, whether the callback was put off or not.
 */
function comeBack(thread: i32, job: i32, node: i32): void {
  poke(job + Job.readiness, Readiness.Asking)
  poke(node + Callback.code, Action.DependencySeen)
  putOffOwn(thread, node)
  poke(job + Job.readiness, Readiness.Waiting)
}

/** Under the scheduler's lock: whether a queued job's callback hangs, or has hung and has not been dealt with. */
export function isWaiting(job: i32): bool {
  const readiness = peek(job + Job.readiness)
  return readiness == Readiness.Waiting || readiness == Readiness.Refused || readiness == Readiness.Retry
}

/** Set in `releaseWaiting`'s answer: the job is doomed, so that somebody must look whether it ends now. */
export const DOOMED: i32 = 1

/**
 * What a job waited for is complete: it is to be asked about again. Its scheduler, with a reference, and perhaps DOOMED; NONE
 * when the job is not queued. In a read section, in which the job was found.
 * DEATH: `readiness` is the commit, with `holder` written before it. Done twice this does no harm: the second time the
 * callback has not run since, or the job does not wait.
 */
export function releaseWaiting(thread: i32, owner: i32, job: i32): i32 {
  const scheduler = peek(job + Job.scheduler)
  lock(thread, scheduler + SharedObject.lock)
  let answer: i32 = Address.None
  if (peek(job + Job.state) == JobState.Queued) {
    const node = nodeOf(peek(job + Job.finished))
    if (isWaiting(job) && peek(node + Callback.code) == Action.DependencySeen) {
      poke(job + Job.holder, 0)
      poke(job + Job.readiness, Readiness.Unasked)
    }
    addObjectRef(scheduler)
    answer = isDoomed(scheduler, peek(job + Job.entity)) ? scheduler | DOOMED : scheduler
  }
  poke(owner + Thread.working, Address.None)
  unlock(thread, scheduler + SharedObject.lock)
  return answer
}
