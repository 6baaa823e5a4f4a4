/**
 * The two fences of a job: scheduled (the hardware has it) and finished (it is done), on two contexts, with one seqno.
 *
 * KERNEL: both have `release` there and never detach, and the finished one holds the hardware's fence to its last put. Here the
 * memory is given back by itself, they detach at their signal, and the hardware's fence is let go of then: so a fence outlives
 * its scheduler, and whoever holds it holds nothing of its hardware. Either can be had as in the kernel (`Scheduler.keepsParent`,
 * a scheduler that lives in a module).
 */
import { clear } from "../clear"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Body } from "../layout/body"
import { Fence, Flag } from "../layout/fence"
import { Timeline } from "../layout/module"
import { Address, Kind } from "../layout/record"
import { FinishedBody } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { lock, unlock } from "../locks/lock"
import { addModuleRef } from "../modules"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { tagged } from "../tag"
import { exchange, or, peek, poke, store } from "../words"
import { isWideAbove } from "../wide"
import { setDeadlineAt } from "../fence/deadline"
import { pinsModule } from "../fence/create"
import { lockOf } from "../fence/lock"
import { addRef, dropRef, tryAddRefAt } from "../fence/references"

/** A pending fence of a job, on no context yet; NONE when the heap is full. PLAIN: nobody else knows it. */
export function createJobFence(thread: i32, timeline: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  clear(fence, Fence.first, Fence.freedBy)
  const flags = peek(timeline + Timeline.fenceFlags) | Flag.Job
  poke(fence + Fence.flags, flags)
  poke(fence + Fence.ops, peek(timeline + Timeline.text))
  if (pinsModule(flags)) addModuleRef(peek(timeline + Timeline.module))
  poke(fence + Fence.timeline, tagged(timeline))
  poke(fence + Fence.refs, 1)
  return fence
}

/** The same for the finished one, which has a body and a reference on the scheduled one. */
export function createFinishedFence(thread: i32, timeline: i32, scheduled: i32): i32 {
  const body = take(thread, Kind.Body)
  if (body == Address.None) return Address.None
  const fence = createJobFence(thread, timeline)
  if (fence == Address.None) {
    give(thread, Kind.Body, body)
    return Address.None
  }
  addRef(scheduled)
  poke(body + FinishedBody.parent, Address.None)
  poke(body + FinishedBody.scheduled, scheduled)
  poke(body + FinishedBody.job, Address.None)
  poke(body + Body.node + Callback.code, Action.JobDone)
  poke(body + Body.node + Callback.argument, fence)
  poke(body + Body.node + Callback.previous, Unlinked.Mark)
  poke(fence + Fence.user, body)
  return fence
}

// @inline
export function finishedBodyOf(finished: i32): i32 {
  return peek(finished + Fence.user)
}

/** Gives up what the fence of a job holds, when nobody holds it. */
export function releaseJobFence(thread: i32, fence: i32): void {
  const body = finishedBodyOf(fence)
  if (body == Address.None) return
  const parent = peek(body + FinishedBody.parent)
  const scheduled = peek(body + FinishedBody.scheduled)
  retire(thread, body)
  if (parent != Address.None) dropRef(thread, parent)
  dropRef(thread, scheduled)
}

/** The hardware's fence has appeared: publishes it, before the job is called scheduled, and tells it the deadline. */
export function setParent(thread: i32, finished: i32, parent: i32): void {
  addRef(parent)
  const body = finishedBodyOf(finished)
  // PLAIN: only whoever offers the job writes it. There is one before if the job was offered before a reset.
  const before = peek(body + FinishedBody.parent)
  // ORDER: announce the parent, then look for a deadline. Pairs with `setJobDeadline`.
  //  - our store comes first: it finds the parent, and tells it;
  //  - its lock hold comes first: we find HAS_DEADLINE in ours, and tell the parent. Telling twice does no harm.
  store(body + FinishedBody.parent, parent)
  const word = lockOf(finished)
  lock(thread, word)
  const wanted = (peek(finished + Fence.flags) & Flag.HasDeadline) != 0
  const lo = peek(body + FinishedBody.deadlineLo)
  const hi = peek(body + FinishedBody.deadlineHi)
  unlock(thread, word)
  if (before != Address.None) dropRef(thread, before)
  if (wanted) setDeadlineAt(thread, parent, lo, hi)
}

/** The job is over: nothing leads from its finished fence to the hardware's any more. */
export function dropParent(thread: i32, finished: i32): void {
  // ORDER: claim: who ends the job and who has just offered it may both come (`letGo` of `run.ts`): one of them lets go.
  const parent = exchange(finishedBodyOf(finished) + FinishedBody.parent, Address.None)
  if (parent != Address.None) dropRef(thread, parent)
}

/** Keeps the earliest deadline (in the thread's `now` words), and passes it on to the parent if there is one. */
export function setJobDeadline(thread: i32, finished: i32): void {
  const body = finishedBodyOf(finished)
  if (body == Address.None) return
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  const word = lockOf(finished)
  lock(thread, word)
  const flags = peek(finished + Fence.flags)
  const isLater =
    (flags & Flag.HasDeadline) != 0 &&
    !isWideAbove(peek(body + FinishedBody.deadlineLo), peek(body + FinishedBody.deadlineHi), lo, hi)
  const counts = (flags & Flag.Signaled) == 0 && !isLater
  if (counts) {
    poke(body + FinishedBody.deadlineLo, lo)
    poke(body + FinishedBody.deadlineHi, hi)
    // ORDER: announce the deadline, then look for the parent. Pairs with `setParent`, where both outcomes are told.
    or(finished + Fence.flags, Flag.HasDeadline)
  }
  unlock(thread, word)
  if (!counts) return
  const parent = tryAddRefAt(thread, body + FinishedBody.parent)
  if (parent == Address.None) return
  setDeadlineAt(thread, parent, lo, hi)
  dropRef(thread, parent)
}
