/**
 * After a death: a scheduler's lists are made anew from its jobs, each of which says in one word where it stands, and the
 * jobs that the dead thread was starting or ending are ended, in its name.
 *
 * DEATH: `Job.state` is the commit, with `Job.holder` written before it: the lists and the count of credits follow from it.
 */
import { assertSteps } from "../bound"
import { Body } from "../layout/body"
import { Action, Callback } from "../layout/callback"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Entity, Job, JobState, Readiness, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { isLinkedLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { nextInUse } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { peek, poke } from "../words"
import { Fence } from "../layout/fence"
import { lockOf } from "../fence/lock"
import { dropRef, tryAddRef } from "../fence/references"
import { addObjectRef, dropObjectRef } from "../composite/objects"
import { isWaiting } from "./ask"
import { ECANCELED, endClaimed, isWithHardware } from "./end"
import { joinTime, leaveTime } from "./fair"
import { finishedBodyOf } from "./fences"
import { endJob } from "./finish"
import { endServing } from "./run"
import { serverOf } from "./stop"
import { reap } from "./take"

/** The next record in use of this type after `object`, or from the beginning; NONE at the end. */
function nextObject(object: i32, type: i32): i32 {
  let at = nextInUse(Kind.Object, object)
  // One that is being made, or on its way out, does not say what it is.
  while (at != Address.None && (peek(at + SharedObject.refs) <= 0 || peek(at + SharedObject.type) != type))
    at = nextInUse(Kind.Object, at)
  return at
}

/** Under the lock of the dead: makes the scheduler's lists and its count of credits anew. */
export function repairScheduler(scheduler: i32): void {
  for (let at = nextObject(0, ObjectType.Entity); at != Address.None; at = nextObject(at, ObjectType.Entity)) {
    if (peek(at + Entity.scheduler) == scheduler) poke(at + Entity.firstJob, Address.None)
  }
  poke(scheduler + Scheduler.firstRunning, Address.None)
  poke(scheduler + Scheduler.creditsUsed, 0)
  for (let job = nextObject(0, ObjectType.Job); job != Address.None; job = nextObject(job, ObjectType.Job)) {
    if (peek(job + Job.scheduler) != scheduler) continue
    // It died while it stopped the job (`halt` of `stop.ts`). If the hardware ends it just now, it may as well be running.
    if (
      peek(job + Job.state) == JobState.Stopped &&
      isLinkedLocked(finishedBodyOf(peek(job + Job.finished)) + Body.node)
    )
      poke(job + Job.state, JobState.Running)
    const state = peek(job + Job.state)
    const entity = peek(job + Job.entity)
    if (state == JobState.Queued) insert(entity + Entity.firstJob, entity + Entity.lastJob, job)
    else if (isWithHardware(state)) {
      insert(scheduler + Scheduler.firstRunning, scheduler + Scheduler.lastRunning, job)
      poke(scheduler + Scheduler.creditsUsed, peek(scheduler + Scheduler.creditsUsed) + peek(job + Job.credits))
    }
  }
  listEntities(scheduler)
}

/** Puts a job in its place by order of submission. Most come after all others: the records are taken in that order. */
function insert(firstWord: i32, lastWord: i32, job: i32): void {
  const order = peek(job + Job.order)
  let before: i32 = Address.None
  let after = peek(firstWord)
  if (after != Address.None && ((order - peek(peek(lastWord) + Job.order)) | 0) > 0) {
    before = peek(lastWord)
    after = Address.None
  }
  let steps = 0
  while (after != Address.None && ((order - peek(after + Job.order)) | 0) > 0) {
    assertSteps(++steps, Kind.Object, job)
    before = after
    after = peek(after + Job.next)
  }
  poke(job + Job.next, after)
  poke(before == Address.None ? firstWord : before + Job.next, job)
  if (after == Address.None) poke(lastWord, job)
}

/** Lists the entities that have jobs, each with a reference. One that is no longer listed loses it: it was the dead thread's to drop. */
function listEntities(scheduler: i32): void {
  poke(scheduler + Scheduler.firstEntity, Address.None)
  for (let at = nextObject(0, ObjectType.Entity); at != Address.None; at = nextObject(at, ObjectType.Entity)) {
    if (peek(at + Entity.scheduler) != scheduler) continue
    const busy = peek(at + Entity.firstJob) != Address.None
    const listed = peek(at + Entity.listed) != 0
    if (busy && !listed) {
      addObjectRef(at)
      joinTime(scheduler, at)
    } else if (!busy && listed) leaveTime(scheduler, at)
    poke(at + Entity.listed, busy ? 1 : 0)
    if (!busy) continue
    poke(at + Entity.next, peek(scheduler + Scheduler.firstEntity))
    poke(scheduler + Scheduler.firstEntity, at)
  }
}

/**
 * Goes on with what the dead thread was doing: it serves no scheduler any more; a job that it was asking about is asked about
 * again; one that it was starting or ending ends, with ECANCELED, unless an error had been set.
 */
export function endOrphans(dead: i32, token: i32): void {
  for (let at = nextObject(0, ObjectType.Scheduler); at != Address.None; at = nextObject(at, ObjectType.Scheduler))
    if (serverOf(at) == token) endServing(dead, at)
  for (let job = nextObject(0, ObjectType.Job); job != Address.None; job = nextObject(job, ObjectType.Job)) {
    if (peek(job + Job.holder) != token) continue
    const state = peek(job + Job.state)
    if (state == JobState.Queued) askAnew(dead, job)
    else if (isWithHardware(state)) endStarting(dead, job)
    else if (state == JobState.Ending) {
      const error = peek(peek(job + Job.finished) + Fence.error)
      const scheduler = endClaimed(dead, job, error == 0 ? ECANCELED : 0)
      reap(dead, scheduler)
      dropObjectRef(dead, scheduler)
    }
  }
}

/** A queued job about which the dead thread was asking. */
function askAnew(dead: i32, job: i32): void {
  readLock(dead)
  const scheduler = holdScheduler(dead, job)
  readUnlock(dead)
  if (scheduler == Address.None) return
  reap(dead, scheduler)
  dropObjectRef(dead, scheduler)
}

/** Puts the job back to where it can be asked about; returns its scheduler, with a reference; NONE if it is queued no more. In a read section. */
function holdScheduler(dead: i32, job: i32): i32 {
  const scheduler = peek(job + Job.scheduler)
  const finished = peek(job + Job.finished)
  let never = false
  lock(dead, scheduler + SharedObject.lock)
  const queued = peek(job + Job.state) == JobState.Queued && peek(job + Job.holder) == peek(dead + Thread.id)
  if (queued) {
    const waits = isWaiting(job)
    never = waits && !hasHung(dead, finishedBodyOf(finished) + Body.node)
    // A job that it was about to take is READY, and stays so.
    if (never || peek(job + Job.readiness) == Readiness.Asking) poke(job + Job.readiness, Readiness.Unasked)
    // What hangs may hang on a fence whose issuer has not been asked.
    else if (waits) poke(job + Job.readiness, Readiness.Refused)
    poke(job + Job.holder, 0)
    addObjectRef(scheduler)
  }
  unlock(dead, scheduler + SharedObject.lock)
  // The reference that the callback would have had.
  if (never) dropRef(dead, finished)
  return queued ? scheduler : Address.None
}

/** Whether a job's callback hangs, or has run: the dead thread may have said that the job waits, and died before that. */
function hasHung(dead: i32, node: i32): bool {
  const word = lockOf(peek(node + Callback.fence))
  lock(dead, word)
  const hung = isLinkedLocked(node) || peek(node + Callback.code) == Action.DependencySeen
  unlock(dead, word)
  return hung
}

/** A job that the dead thread had offered to the hardware. Others may be ending it as well. */
function endStarting(dead: i32, job: i32): void {
  readLock(dead)
  const finished = peek(job + Job.finished)
  const held = isWithHardware(peek(job + Job.state)) && tryAddRef(dead, finished) != 0
  readUnlock(dead)
  if (!held) return
  endJob(dead, finished, ECANCELED)
  dropRef(dead, finished)
}
