/**
 * Stopping a scheduler while its hardware is reset: nothing is offered, nothing ends by its hardware, and nobody's time
 * is up. Then the jobs that the hardware had are offered again, or left to the fences that they had.
 */
import { assertSteps, assertTurns } from "../bound"
import { ringScheduler } from "../actions"
import { Refusal } from "../layout/answer"
import { Body } from "../layout/body"
import { SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Entity, FinishedBody, Job, JobState, Killed, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { isLinkedLocked, unlinkLocked } from "../list"
import { lockSoon } from "../locks/impatient"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke, store } from "../words"
import { isLockDead, lockOf } from "../fence/lock"
import { addRef, dropRef, tryAddRefAt } from "../fence/references"
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { assertMayEnd, assertMayLock, holdJob, mayTakeFences } from "./claim"
import { ECANCELED, ETIMEDOUT, endOne, isWithHardware } from "./end"
import { finishedBodyOf } from "./fences"
import { endJob } from "./finish"
import { jobOf, startJob } from "./run"
import { reap } from "./take"

/** The caller is the server itself: it would wait for its own end. */
const BY_THE_SERVER: i32 = -1

/**
 * From now on nothing is offered: 1, or 0 if nobody serves; BY_THE_SERVER, and nothing was done, from within `run`; BUSY when its lock
 * stays taken: its holder may be dead, and who stops it has a bound. It is over when there is no server any more, and `haltJob` has
 * nothing left.
 */
export function stopScheduler(thread: i32, scheduler: i32): i32 {
  if (!lockSoon(thread, scheduler + SharedObject.lock)) return Refusal.Busy
  const server = peek(scheduler + Scheduler.server)
  const mine = server == peek(thread + Thread.id)
  if (!mine) poke(scheduler + Scheduler.stopped, 1)
  unlock(thread, scheduler + SharedObject.lock)
  return mine ? BY_THE_SERVER : server == 0 ? 0 : 1
}

/** Token of the thread whose hardware is being offered a job, or 0. */
export function serverOf(scheduler: i32): i32 {
  // ORDER: observe: what the server did before its end is behind it. Pairs with `takeJob` of `take.ts`, and with
  // `endServing` of `run.ts`.
  return load(scheduler + Scheduler.server)
}

/**
 * Takes running jobs away from their hardware's fences. NONE when none is left; else the finished fence, with a reference,
 * of a job that its hardware has just completed: it is about to end, by whoever completed it. Wait for it, and ask again. BUSY when
 * a lock stays taken: ask again.
 */
export function haltJob(thread: i32, scheduler: i32): i32 {
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    // PLAIN: a hint, and before anything is in our hands.
    if (CHECKED && peek(scheduler + Scheduler.firstRunning) != Address.None) mayTakeFences(thread)
    if (!lockSoon(thread, scheduler + SharedObject.lock)) return Refusal.Busy
    const job = firstIn(scheduler, JobState.Running)
    let finished: i32 = Address.None
    let halted = 0
    if (job != Address.None) {
      finished = peek(job + Job.finished)
      halted = halt(thread, job, finishedBodyOf(finished))
      if (halted == 0) addRef(finished)
    }
    unlock(thread, scheduler + SharedObject.lock)
    if (halted == 0) return finished
    if (halted == Refusal.Busy) return Refusal.Busy
    // The callback's.
    dropRef(thread, finished)
  }
}

/**
 * Under the scheduler's lock: 1 when its hardware's fence ends the job no more; 0 when nothing hangs there; BUSY. With both locks, so
 * that others see it running and hanging, or stopped. It only tries the fence's: whoever has that may want ours.
 * DEATH: the state goes first; `repairScheduler` takes it back if the callback hangs still.
 */
function halt(thread: i32, job: i32, body: i32): i32 {
  const parent = peek(body + FinishedBody.parent)
  // Its server died, or was broken off, before it had listened to the hardware: whoever clears up ends the job.
  if (parent == Address.None) return 0
  assertMayLock(thread, parent)
  // A lock goes only when all fences under it are complete.
  if (isLockDead(parent)) return 0
  const word = lockOf(parent)
  if (!lockSoon(thread, word)) return Refusal.Busy
  const hung = isLinkedLocked(body + Body.node)
  if (hung) {
    poke(job + Job.state, JobState.Stopped)
    unlinkLocked(parent, body + Body.node)
  }
  unlock(thread, word)
  return hung ? 1 : 0
}

/** The first job that the hardware has and that is in this state. */
function firstIn(scheduler: i32, state: i32): i32 {
  let job = peek(scheduler + Scheduler.firstRunning)
  let steps = 0
  while (job != Address.None && peek(job + Job.state) != state) {
    assertSteps(++steps, Kind.Object, scheduler)
    job = peek(job + Job.next)
  }
  return job
}

/**
 * The next job to be offered again, oldest first: its finished fence, with a reference; this thread is the server until
 * `startJob`. Those of guilty entities end instead. NONE when there is none, or somebody else serves.
 */
export function takeStopped(thread: i32, scheduler: i32): i32 {
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    lock(thread, scheduler + SharedObject.lock)
    const job = peek(scheduler + Scheduler.server) == 0 ? firstIn(scheduler, JobState.Stopped) : Address.None
    let finished: i32 = Address.None
    let guilty = false
    if (job != Address.None) {
      finished = peek(job + Job.finished)
      assertMayEnd(thread, job)
      addRef(finished)
      guilty = peek(peek(job + Job.entity) + Entity.killed) == Killed.Guilty
      if (!guilty) {
        holdJob(thread, job)
        poke(job + Job.state, JobState.Starting)
        addObjectRef(scheduler)
        // ORDER: publish the server, as in `takeJob` of `take.ts`.
        store(scheduler + Scheduler.server, peek(thread + Thread.id))
      }
    }
    unlock(thread, scheduler + SharedObject.lock)
    if (!guilty) return finished
    endJob(thread, finished, ECANCELED)
    dropRef(thread, finished)
  }
}

/**
 * Goes on: jobs that were not offered again are left to the fences that they had. 1; 0 when somebody is offering jobs
 * again at this moment, and nothing was done.
 */
export function startScheduler(thread: i32, scheduler: i32): i32 {
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    assertMayStartNext(thread, scheduler)
    const finished = takeStopped(thread, scheduler)
    if (finished == Address.None) break
    const parent = tryAddRefAt(thread, finishedBodyOf(finished) + FinishedBody.parent)
    startJob(thread, scheduler, finished, parent, 0)
    if (parent != Address.None) dropRef(thread, parent)
  }
  lock(thread, scheduler + SharedObject.lock)
  const done = peek(scheduler + Scheduler.server) == 0
  if (done) poke(scheduler + Scheduler.stopped, 0)
  unlock(thread, scheduler + SharedObject.lock)
  if (done) ringScheduler(scheduler)
  return done ? 1 : 0
}

/** The next job hangs on the fence that it has: an oops if this thread has its lock, while the job is stopped still. */
function assertMayStartNext(thread: i32, scheduler: i32): void {
  lock(thread, scheduler + SharedObject.lock)
  const job = firstIn(scheduler, JobState.Stopped)
  if (job != Address.None) assertMayLock(thread, peek(finishedBodyOf(peek(job + Job.finished)) + FinishedBody.parent))
  unlock(thread, scheduler + SharedObject.lock)
}

/**
 * The job of a finished fence is to blame for a hang: for how many by now, or 0 if it has ended. Beyond the limit it ends with
 * ETIMEDOUT, and its entity is guilty: what else it has ends with ECANCELED (what the hardware has, when it is offered again).
 */
export function blameJob(thread: i32, scheduler: i32, finished: i32): i32 {
  readLock(thread)
  const job = jobOf(finished)
  lock(thread, scheduler + SharedObject.lock)
  const counts = job != Address.None && peek(job + Job.scheduler) == scheduler && isWithHardware(peek(job + Job.state))
  const guilt = counts ? peek(job + Job.guilt) + 1 : 0
  const limit = peek(scheduler + Scheduler.hangLimit)
  if (counts) {
    poke(job + Job.guilt, guilt)
    const entity = peek(job + Job.entity)
    if (guilt > limit && peek(entity + Entity.killed) == Killed.No) poke(entity + Entity.killed, Killed.Guilty)
  }
  unlock(thread, scheduler + SharedObject.lock)
  readUnlock(thread)
  if (guilt > limit) {
    const ended = endOne(thread, finished, ETIMEDOUT)
    if (ended != Address.None) dropObjectRef(thread, ended)
    reap(thread, scheduler)
  }
  return guilt
}
