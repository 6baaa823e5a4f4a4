/** Whose turn is it? Takes jobs off their queues: to be run, or to be ended without that. */
import { assertSteps, assertTurns } from "../bound"
import { SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Entity, Job, JobState, Killed, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { readLock, readUnlock } from "../rcu/epoch"
import { exchange, load, peek, poke, store } from "../words"
import { addRef, dropRef } from "../fence/references"
import { hasSignaled } from "../fence/signal"
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { askAndUnlock, isReady, isToBeAsked, retryRefused } from "./ask"
import { assertMayEnd, holdJob, isLeft, mayTakeFences, nextJob } from "./claim"
import { ECANCELED, ESRCH, endClaimed, endOne } from "./end"
import { aheadOf, isFair, serveInTime } from "./fair"
import { addRunning, dequeue, isDoomed, unlist } from "./queue"
import { noteTime, stampOldest } from "./time"

/**
 * Takes the next job to run off its queue: of the entities whose first job may run, of the one whose turn it is. Its
 * finished fence, with a reference; NONE when there is no such job, or not enough credits for it: nobody overtakes it.
 * From here on it is among those that the hardware has: `close` ends it. Until `startJob` this thread is the server.
 */
export function takeJob(thread: i32, scheduler: i32): i32 {
  noteTime(thread, scheduler)
  lock(thread, scheduler + SharedObject.lock)
  // ORDER: observe: a cheap look, as in `endLeft`: what was left may have the credits that the next job needs.
  let isReapDue = retryRefused(scheduler) || load(scheduler + Scheduler.left) != 0
  let job = nextToAsk(scheduler, false)
  let steps = 0
  while (isReapDue || (job != Address.None && canServe(scheduler))) {
    assertTurns(++steps, scheduler)
    if (job != Address.None && canServe(scheduler)) {
      askAndUnlock(thread, scheduler, job, false)
      // One of those that we asked about may be doomed meanwhile, and nobody else looked.
      isReapDue = true
    } else {
      unlock(thread, scheduler + SharedObject.lock)
      // Before a job is taken: what comes after that must not be broken off.
      reap(thread, scheduler)
      isReapDue = false
    }
    noteTime(thread, scheduler)
    lock(thread, scheduler + SharedObject.lock)
    job = nextToAsk(scheduler, false)
  }
  const entity = canServe(scheduler) ? nextEntity(scheduler, false) : Address.None
  if (entity == Address.None || !fits(scheduler, peek(entity + Entity.firstJob))) {
    unlock(thread, scheduler + SharedObject.lock)
    return Address.None
  }
  addObjectRef(scheduler)
  // ORDER: publish the server. Pairs with `serverOf` of `stop.ts`: who has found another one under the lock waits for it.
  store(scheduler + Scheduler.server, peek(thread + Thread.id))
  return takeAndUnlock(thread, scheduler, entity)
}

/**
 * Ends the jobs of closed entities, and of a closed scheduler, that wait for nothing any more. Each that ends lets the one
 * after it end, so whoever ends a job looks again (S2).
 */
export function reap(thread: i32, scheduler: i32): void {
  let mayEnd = !CHECKED
  let steps = 0
  while (true) {
    assertTurns(++steps, scheduler)
    endLeft(thread, scheduler)
    noteTime(thread, scheduler)
    lock(thread, scheduler + SharedObject.lock)
    const job = nextToAsk(scheduler, true)
    if (job != Address.None) {
      askAndUnlock(thread, scheduler, job, true)
      continue
    }
    const entity = nextEntity(scheduler, true)
    if (entity == Address.None) {
      unlock(thread, scheduler + SharedObject.lock)
      return
    }
    if (!mayEnd) {
      unlock(thread, scheduler + SharedObject.lock)
      mayTakeFences(thread)
      mayEnd = true
      continue
    }
    assertMayEnd(thread, peek(entity + Entity.firstJob))
    const error =
      peek(entity + Entity.killed) == Killed.Closed && !peek(scheduler + Scheduler.closed) ? ESRCH : ECANCELED
    // As in `closeScheduler`: nothing is in our hands but the job.
    readLock(thread)
    const finished = takeAndUnlock(thread, scheduler, entity)
    dropRef(thread, finished)
    if (endOne(thread, finished, error) != Address.None) dropObjectRef(thread, scheduler)
    readUnlock(thread)
  }
}

/** Ends the jobs whose end was broken off by an oops. They are on no list, and few. */
function endLeft(thread: i32, scheduler: i32): void {
  // ORDER: observe: a cheap look first.
  // ORDER: claim: whoever takes the mark away looks at all jobs. Pairs with `leave` of `claim.ts`.
  //  - a job was left before: we find it;
  //  - it is left after that: the mark is there again, for the next one who looks.
  if (load(scheduler + Scheduler.left) == 0) return
  mayTakeFences(thread)
  if (exchange(scheduler + Scheduler.left, 0) == 0) return
  for (let job = nextJob(Address.None); job != Address.None; job = nextJob(job)) {
    lock(thread, scheduler + SharedObject.lock)
    const mine = isLeft(job, scheduler)
    if (mine) holdJob(thread, job)
    unlock(thread, scheduler + SharedObject.lock)
    if (!mine) continue
    if (peek(job + Job.state) == JobState.Ending) dropObjectRef(thread, endClaimed(thread, job, peek(job + Job.error)))
    else if (endOne(thread, peek(job + Job.finished), ECANCELED) != Address.None) dropObjectRef(thread, scheduler)
  }
}

/** One job is offered at a time, and none while the scheduler is stopped. */
function canServe(scheduler: i32): bool {
  return peek(scheduler + Scheduler.server) == 0 && peek(scheduler + Scheduler.stopped) == 0
}

function fits(scheduler: i32, job: i32): bool {
  return peek(scheduler + Scheduler.creditsUsed) + peek(job + Job.credits) <= peek(scheduler + Scheduler.creditLimit)
}

/** A first job about whose dependencies somebody must ask. */
function nextToAsk(scheduler: i32, doomed: bool): i32 {
  let steps = 0
  for (let at = peek(scheduler + Scheduler.firstEntity); at != Address.None; at = peek(at + Entity.next)) {
    assertSteps(++steps, Kind.Object, scheduler)
    const job = peek(at + Entity.firstJob)
    if (isDoomed(scheduler, at) == doomed && isToBeAsked(job, doomed)) return job
  }
  return Address.None
}

/** Of the entities that have a job which could run (or must end) now, the one whose turn it is. */
function nextEntity(scheduler: i32, doomed: bool): i32 {
  let best: i32 = Address.None
  let steps = 0
  for (let at = peek(scheduler + Scheduler.firstEntity); at != Address.None; at = peek(at + Entity.next)) {
    assertSteps(++steps, Kind.Object, scheduler)
    if (isDoomed(scheduler, at) != doomed || !isReady(peek(at + Entity.firstJob), doomed)) continue
    // One that must end waits for the one before it: whoever ends that looks again.
    if (doomed && !isLastOver(at)) continue
    if (best == Address.None || isBefore(scheduler, at, best)) best = at
  }
  return best
}

function isLastOver(entity: i32): bool {
  const last = peek(entity + Entity.lastFinished)
  return last == Address.None || hasSignaled(last) != 0
}

/** By virtual time if the policy is fair; then by priority; then by order of submission of their first jobs. */
function isBefore(scheduler: i32, entity: i32, other: i32): bool {
  if (isFair(scheduler)) {
    const ahead = aheadOf(scheduler, entity)
    const theirs = aheadOf(scheduler, other)
    if (ahead != theirs) return ahead < theirs
  }
  const mine = peek(entity + Entity.priority)
  const theirs = peek(other + Entity.priority)
  if (mine != theirs) return mine < theirs
  return ((peek(peek(entity + Entity.firstJob) + Job.order) - peek(peek(other + Entity.firstJob) + Job.order)) | 0) < 0
}

/** Under the lock, which it gives back: takes an entity's first job. Returns its finished fence, with a reference. */
function takeAndUnlock(thread: i32, scheduler: i32, entity: i32): i32 {
  const job = peek(entity + Entity.firstJob)
  const finished = peek(job + Job.finished)
  addRef(finished)
  if (isFair(scheduler)) serveInTime(scheduler, entity)
  holdJob(thread, job)
  poke(job + Job.state, JobState.Starting)
  const before = dequeue(entity, job)
  addRunning(scheduler, job)
  stampOldest(thread, scheduler)
  const emptied = peek(entity + Entity.firstJob) == Address.None
  if (emptied) unlist(scheduler, entity)
  unlock(thread, scheduler + SharedObject.lock)
  if (before != Address.None) dropRef(thread, before)
  // The list's reference; the job has its own.
  if (emptied) dropObjectRef(thread, entity)
  return finished
}
