/** Running jobs: what the thread that has the hardware does with the job it took. */
import { ringEverybody, ringScheduler } from "../actions"
import { putOffOwn } from "../deferral"
import { Armed } from "../layout/answer"
import { Body } from "../layout/body"
import { Action, Callback } from "../layout/callback"
import { SharedObject } from "../layout/object"
import { Address } from "../layout/record"
import { FinishedBody, Job, JobState, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { isSeated } from "../locks/owner"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke, store } from "../words"
import { hangAgain, unhang } from "../fence/callbacks"
import { addRef, dropRef } from "../fence/references"
import { signal } from "../fence/signal"
import { dropObjectRef } from "../composite/objects"
import { assertMayLock, mayTakeFences } from "./claim"
import { endJob } from "./finish"
import { dropParent, finishedBodyOf, setParent } from "./fences"
import { noteTime, stampBegun } from "./time"

/** From now on this thread is rung when there may be a job for it. Look for one afterwards. */
export function attendScheduler(thread: i32, scheduler: i32): void {
  // ORDER: announce ourselves, then look for jobs. Pairs with `ringScheduler` of `actions.ts`: what was done before it
  // loaded NONE, we find; what is done after our store rings.
  store(scheduler + Scheduler.hardware, thread)
}

/** This thread is not rung for it any more. Others that serve it are told: whoever attended first was not rung until now. */
export function leaveScheduler(thread: i32, scheduler: i32): void {
  if (peek(scheduler + Scheduler.hardware) != thread) return
  // ORDER: publish: whoever still rings us does no harm. Whoever is rung by us finds NONE, or another that attends.
  store(scheduler + Scheduler.hardware, Address.None)
  ringEverybody()
}

/**
 * The hardware has accepted the job of a finished fence that `takeJob` or `takeStopped` gave: with a fence of its own (a
 * reference stays the caller's), or NONE when it is done already, with this error or 0. Takes over the reference on the
 * finished fence. From here on the next job may be taken.
 */
export function startJob(thread: i32, scheduler: i32, finished: i32, parent: i32, error: i32): void {
  assertMayStart(thread, finished, parent)
  if (parent == Address.None) endJob(thread, finished, error)
  else if (beginRunning(thread, finished)) hangOnHardware(thread, scheduler, finished, parent)
  dropRef(thread, finished)
  endServing(thread, scheduler)
}

/** What follows takes these locks: an oops before anything is done, if this thread has one. */
function assertMayStart(thread: i32, finished: i32, parent: i32): void {
  mayTakeFences(thread)
  assertMayLock(thread, finished)
  assertMayLock(thread, peek(finishedBodyOf(finished) + FinishedBody.scheduled))
  if (parent != Address.None) assertMayLock(thread, parent)
}

/** The hardware's fence ends the job, from here on also without this thread. */
function hangOnHardware(thread: i32, scheduler: i32, finished: i32, parent: i32): void {
  const body = finishedBodyOf(finished)
  // Before the scheduled fence signals: who waited for that finds the parent (B16).
  setParent(thread, finished, parent)
  // If the hardware was quicker, nobody will call. The callback has a reference of its own. It hangs before the scheduled
  // fence signals: if that is broken off, the job ends all the same.
  addRef(finished)
  const armed = hangAgain(thread, parent, body + Body.node, true)
  if (armed == Armed.Complete) putOffOwn(thread, body + Body.node)
  if (!letGo(thread, scheduler, finished)) {
    if (armed != Armed.Complete && unhang(thread, parent, body + Body.node)) dropRef(thread, finished)
    if (!peek(scheduler + Scheduler.keepsParent)) dropParent(thread, finished)
  }
  signal(thread, peek(body + FinishedBody.scheduled))
}

/** The job of a finished fence, or NONE once it has ended. In a read section. */
export function jobOf(finished: i32): i32 {
  // ORDER: observe the job: in a read section its record stays, even if it has ended since. Pairs with `discardJob` of `job.ts`.
  return load(finishedBodyOf(finished) + FinishedBody.job)
}

/** False if the job has ended while it was offered to the hardware: its time was up, or its scheduler was closed. */
function beginRunning(thread: i32, finished: i32): bool {
  readLock(thread)
  const job = jobOf(finished)
  let begun = false
  if (job != Address.None) {
    const scheduler = peek(job + Job.scheduler)
    noteTime(thread, scheduler)
    lock(thread, scheduler + SharedObject.lock)
    begun = peek(job + Job.state) == JobState.Starting
    if (begun) {
      // While it was queued its callback hung on what it waited for.
      poke(finishedBodyOf(finished) + Body.node + Callback.code, Action.JobDone)
      poke(job + Job.state, JobState.Running)
      stampBegun(thread, scheduler, job)
    }
    unlock(thread, scheduler + SharedObject.lock)
  }
  readUnlock(thread)
  return begun
}

/**
 * Whoever reclaims this thread leaves the job alone from now on. False if somebody has claimed its end meanwhile. Under the lock, as
 * the claim is (`claimJob` of `end.ts`):
 *  - we come first: whoever claims it finds the parent, and takes down what hangs there;
 *  - the claim comes first: it may have found no parent yet, and we take that down ourselves.
 * Whether the finished fence is complete says nothing: anybody may complete a fence, and the job goes on.
 */
function letGo(thread: i32, scheduler: i32, finished: i32): bool {
  readLock(thread)
  const job = jobOf(finished)
  let mine = false
  if (job != Address.None) {
    lock(thread, scheduler + SharedObject.lock)
    mine = peek(job + Job.state) == JobState.Running && peek(job + Job.holder) == peek(thread + Thread.id)
    if (mine) poke(job + Job.holder, 0)
    unlock(thread, scheduler + SharedObject.lock)
  }
  readUnlock(thread)
  return mine
}

/** The next job may be taken, or stopping is over. */
export function endServing(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  const server = peek(scheduler + Scheduler.server)
  // A thread that left its seat from within `run` ends its serving from another.
  const mine = server == peek(thread + Thread.id) || (server != 0 && !isSeated(server))
  const stopped = peek(scheduler + Scheduler.stopped) != 0
  // ORDER: publish "nobody serves". Pairs with `serverOf` of `stop.ts`.
  if (mine) store(scheduler + Scheduler.server, 0)
  unlock(thread, scheduler + SharedObject.lock)
  if (!mine) return
  // Somebody may be waiting for that, anywhere.
  if (stopped) ringEverybody()
  else if (peek(scheduler + Scheduler.hardware) != thread) ringScheduler(scheduler)
  dropObjectRef(thread, scheduler)
}
