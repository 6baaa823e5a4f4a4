/** A scheduler: whose turn is it? */
import * as host from "../host"
import { ObjectType, SharedObject } from "../layout/object"
import { Header } from "../layout/header"
import { Timeline } from "../layout/module"
import { Address, Kind } from "../layout/record"
import { Entity, Job, JobState, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { tagged } from "../tag"
import { peek, poke } from "../words"
import { addRef, dropRef } from "../fence/references"
import { hasSignaled } from "../fence/signal"
import { createObject, dropObjectRef } from "../composite/objects"
import { areDependenciesDone } from "./dependencies"

/** `timeoutMs` of a scheduler whose jobs may take as long as they like. */
export const FOREVER: i32 = 0x7fffffff

/** A scheduler with one reference; the host writes its name. NONE when the heap is full. */
export function createScheduler(thread: i32, creditLimit: i32, timeoutMs: i32): i32 {
  const scheduler = createObject(thread, ObjectType.Scheduler)
  if (scheduler == Address.None) return Address.None
  const timeline = take(thread, Kind.Timeline)
  if (timeline == Address.None) {
    give(thread, Kind.Object, scheduler)
    return Address.None
  }
  poke(timeline + Timeline.text, tagged(Header.schedulerText))
  poke(timeline + Timeline.module, Address.None)
  poke(timeline + Timeline.lock, Address.None)
  poke(scheduler + Scheduler.timeline, timeline)
  poke(scheduler + Scheduler.creditLimit, creditLimit)
  poke(scheduler + Scheduler.timeoutMs, timeoutMs)
  return scheduler
}

/** Nobody holds it, and so no job of its exists. Its name stays for who is reading it. */
export function releaseScheduler(thread: i32, scheduler: i32): void {
  retire(thread, peek(scheduler + Scheduler.timeline))
}

/**
 * Takes the next job to run off its queue: of the entities whose first job may run, of the most urgent priority, the one
 * that was submitted first. Its finished fence, with a reference; NONE when there is no such job, or not enough credits
 * for it: nobody overtakes it. From here on it is among those that the hardware has: its time runs, and `close` ends it.
 */
export function takeJob(thread: i32, scheduler: i32): i32 {
  return takeNext(thread, scheduler, 0)
}

/** The same for the next job that must end without being run: of a closed entity, or of a closed scheduler. */
export function takeDoomed(thread: i32, scheduler: i32): i32 {
  return takeNext(thread, scheduler, 1)
}

function takeNext(thread: i32, scheduler: i32, doomed: i32): i32 {
  tellTime(thread, scheduler)
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  lock(thread, scheduler + SharedObject.lock)
  const entity = nextEntity(thread, scheduler, doomed)
  let finished: i32 = Address.None
  let before: i32 = Address.None
  let emptied = false
  if (entity != Address.None) {
    const job = peek(entity + Entity.firstJob)
    const used = peek(scheduler + Scheduler.creditsUsed) + peek(job + Job.credits)
    if (doomed || used <= peek(scheduler + Scheduler.creditLimit)) {
      poke(scheduler + Scheduler.creditsUsed, used)
      finished = peek(job + Job.finished)
      addRef(finished)
      before = dequeue(thread, entity, job)
      enlist(scheduler, job, lo, hi)
      emptied = peek(entity + Entity.firstJob) == Address.None
      if (emptied) unlist(scheduler, entity)
    }
  }
  unlock(thread, scheduler + SharedObject.lock)
  if (before != Address.None) dropRef(thread, before)
  // The list's reference; the job has its own.
  if (emptied) dropObjectRef(thread, entity)
  return finished
}

/** Under the scheduler's lock: adds a job to those that the hardware has. */
function enlist(scheduler: i32, job: i32, lo: i32, hi: i32): void {
  stampJob(job, lo, hi)
  if (peek(scheduler + Scheduler.firstRunning) == Address.None) poke(scheduler + Scheduler.firstRunning, job)
  else poke(peek(scheduler + Scheduler.lastRunning) + Job.next, job)
  poke(scheduler + Scheduler.lastRunning, job)
}

/** Writes the time into the thread's `now` words if the jobs' time is limited. Not under the lock: the host is asked. */
export function tellTime(thread: i32, scheduler: i32): void {
  if (peek(scheduler + Scheduler.timeoutMs) != FOREVER) host.now(thread)
}

/** From this moment on its time runs. */
export function stampJob(job: i32, lo: i32, hi: i32): void {
  poke(job + Job.startedLo, lo)
  poke(job + Job.startedHi, hi)
}

/** Of the entities that have a job which could run (or must end) now, the one whose turn it is. */
function nextEntity(thread: i32, scheduler: i32, doomed: i32): i32 {
  let best: i32 = Address.None
  let entity = peek(scheduler + Scheduler.firstEntity)
  while (entity != Address.None) {
    const isDoomed = peek(entity + Entity.killed) | peek(scheduler + Scheduler.closed)
    if (isDoomed == doomed && (best == Address.None || isBefore(entity, best)) && isReady(thread, entity, doomed))
      best = entity
    entity = peek(entity + Entity.next)
  }
  return best
}

/** By priority, then by order of submission of their first jobs. */
function isBefore(entity: i32, other: i32): bool {
  const mine = peek(entity + Entity.priority)
  const theirs = peek(other + Entity.priority)
  if (mine != theirs) return mine < theirs
  return ((peek(peek(entity + Entity.firstJob) + Job.order) - peek(peek(other + Entity.firstJob) + Job.order)) | 0) < 0
}

/** Whether the first job may run. One that must end waits only for the one before it: whoever ends that looks again. */
function isReady(thread: i32, entity: i32, doomed: i32): bool {
  if (!doomed) return areDependenciesDone(thread, peek(entity + Entity.firstJob))
  const last = peek(entity + Entity.lastFinished)
  return last == Address.None || hasSignaled(last) != 0
}

/** Takes the first job of an entity off; returns the reference on the fence that it replaces as the last. */
function dequeue(thread: i32, entity: i32, job: i32): i32 {
  poke(job + Job.holder, peek(thread + Thread.id))
  poke(job + Job.state, JobState.Starting)
  poke(entity + Entity.firstJob, peek(job + Job.next))
  poke(job + Job.next, Address.None)
  const before = peek(entity + Entity.lastFinished)
  const finished = peek(job + Job.finished)
  addRef(finished)
  poke(entity + Entity.lastFinished, finished)
  return before
}

/** Takes an entity without jobs off the list. */
function unlist(scheduler: i32, entity: i32): void {
  let before: i32 = Address.None
  let at = peek(scheduler + Scheduler.firstEntity)
  while (at != entity) {
    before = at
    at = peek(at + Entity.next)
  }
  const next = peek(entity + Entity.next)
  if (before == Address.None) poke(scheduler + Scheduler.firstEntity, next)
  else poke(before + Entity.next, next)
  poke(entity + Entity.listed, 0)
}
