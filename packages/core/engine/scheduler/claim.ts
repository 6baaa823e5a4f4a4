/**
 * Who has a job in hand: asks about it, starts it, or ends it. An operation may have called an issuer's function meanwhile, in
 * which the same thread begins another operation: so what stands in a job is also how deep in such functions its holder was.
 *
 * After an oops the jobs that the operation had in hand are in nobody's, and no others: one that it was asking about can be
 * asked about again; one that it was ending is `left`, and whoever looks for jobs to end goes on with it.
 */
import { ringScheduler } from "../actions"
import * as host from "../host"
import { Fence } from "../layout/fence"
import { Header } from "../layout/header"
import { Action, Callback } from "../layout/callback"
import { Body } from "../layout/body"
import { ObjectType, SharedObject } from "../layout/object"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Address, Kind } from "../layout/record"
import { Job, JobState, Readiness, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { isLinkedLocked } from "../list"
import { hasOrder, noteWanted } from "../locks/order"
import { holds } from "../locks/strategy"
import { nextInUse } from "../pool"
import { load, peek, poke, store } from "../words"
import { isLockDead, lockOf } from "../fence/lock"
import { dropRef } from "../fence/references"
import { finishedBodyOf } from "./fences"

/** Under the scheduler's lock: the job is in this thread's hands. */
export function holdJob(thread: i32, job: i32): void {
  poke(job + Job.depth, peek(thread + Thread.asking))
  poke(job + Job.holder, peek(thread + Thread.id))
}

/** The next job in use after `at`, or from the beginning; NONE at the end. */
export function nextJob(at: i32): i32 {
  let job = nextInUse(Kind.Object, at)
  while (job != Address.None && peek(job + SharedObject.type) != ObjectType.Job) job = nextInUse(Kind.Object, job)
  return job
}

/** Whether the operation that this thread is in has the job in hand, and not one that has called an issuer's function. */
export function isInHand(thread: i32, job: i32): bool {
  return peek(job + Job.holder) == peek(thread + Thread.id) && peek(job + Job.depth) >= peek(thread + Thread.asking)
}

/** A job is about to be ended, or started: in the checked flavour that is an oops for who may not take a fence's lock now. */
// @inline
export function mayTakeFences(thread: i32): void {
  if (CHECKED && hasOrder(thread)) noteWanted(thread, Header.stub + Fence.lock)
}

/** Ending, or starting, a job takes the locks of its fences: an oops if this thread has one, before anything is done. */
export function assertMayLock(thread: i32, fence: i32): void {
  if (!isLockDead(fence) && holds(thread, lockOf(fence)))
    host.oops(Oops.SelfDeadlock, lockOf(fence), peek(thread + Thread.id) & Owner.Seat, 0)
}
export function assertMayEnd(thread: i32, job: i32): void {
  assertMayLock(thread, peek(job + Job.scheduled))
  assertMayLock(thread, peek(job + Job.finished))
}

/** After an oops: what the operation had in hand is in nobody's. Takes no lock. */
export function forgetJobs(thread: i32): void {
  for (let job = nextJob(Address.None); job != Address.None; job = nextJob(job)) {
    if (!isInHand(thread, job)) continue
    const state = peek(job + Job.state)
    if (state == JobState.Queued) forgetAsking(thread, job)
    else if (state == JobState.Ending || (state == JobState.Starting && !isServing(thread, job))) leave(job)
  }
}

function isServing(thread: i32, job: i32): bool {
  return peek(peek(job + Job.scheduler) + Scheduler.server) == peek(thread + Thread.id)
}

/** One that it was asking about can be asked about again. */
function forgetAsking(thread: i32, job: i32): void {
  const readiness = peek(job + Job.readiness)
  if (readiness == Readiness.Asking) unask(job, Readiness.Unasked)
  if (readiness != Readiness.Waiting) return
  const finished = peek(job + Job.finished)
  const node = finishedBodyOf(finished) + Body.node
  const fence = peek(node + Callback.fence)
  // The asker has a reference on either. The callback has one as well, and keeps it if it hangs, or may hang: then the
  // issuer is asked again, and it hangs if it did not.
  const never =
    !isLockDead(fence) &&
    holds(thread, lockOf(fence)) &&
    !isLinkedLocked(node) &&
    peek(node + Callback.code) == Action.DependencyDone
  unask(job, never ? Readiness.Unasked : Readiness.Refused)
  if (never) dropRef(thread, finished)
  dropRef(thread, finished)
  dropRef(thread, fence)
}

function unask(job: i32, readiness: i32): void {
  poke(job + Job.holder, 0)
  // ORDER: publish "in nobody's hands": with a holder, a job that is ASKING or WAITING is that one's alone.
  store(job + Job.readiness, readiness)
}

/** One that it was ending is left to whoever looks for such jobs, and the thread that serves looks. */
function leave(job: i32): void {
  const scheduler = peek(job + Job.scheduler)
  // ORDER: publish "in nobody's hands", then that there is such a job. Pairs with `endLeft` of `take.ts`.
  store(job + Job.holder, 0)
  store(scheduler + Scheduler.left, 1)
  ringScheduler(scheduler)
}

/** Whether a job is one that was left. Under the scheduler's lock. */
export function isLeft(job: i32, scheduler: i32): bool {
  const state = peek(job + Job.state)
  return (
    // ORDER: observe: whoever has it in hand wrote its token before.
    load(job + Job.holder) == 0 &&
    peek(job + Job.scheduler) == scheduler &&
    (state == JobState.Ending || state == JobState.Starting)
  )
}
