/** What a job waits for: of each context the latest fence. */
import { Armed } from "../layout/answer"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { FinishedBody, Job } from "../layout/scheduler"
import { isLinkedLocked, unlinkLocked } from "../list"
import { lock, unlock } from "../locks/lock"
import { give, take } from "../pool"
import { peek, poke } from "../words"
import { hangAgain } from "../fence/callbacks"
import { lockOf } from "../fence/lock"
import { isSignaled } from "../fence/poll"
import { isLaterOnContext } from "../fence/query"
import { addRef, dropRef } from "../fence/references"
import { finishedBodyOf } from "./fences"

/** Lets a job, not yet submitted, wait for a fence, with a reference of its own: 1, or 0 when the heap is full. */
export function addDependency(thread: i32, job: i32, fence: i32): i32 {
  for (let node = peek(job + Job.firstDependency); node != Address.None; node = peek(node + Callback.sibling)) {
    const known = peek(node + Callback.fence)
    if (
      peek(known + Fence.contextLo) != peek(fence + Fence.contextLo) ||
      peek(known + Fence.contextHi) != peek(fence + Fence.contextHi)
    )
      continue
    // Of one context the later stands for both.
    if (isLaterOnContext(fence, known)) {
      addRef(fence)
      poke(node + Callback.fence, fence)
      dropRef(thread, known)
    }
    return 1
  }
  const node = take(thread, Kind.Callback)
  if (node == Address.None) return 0
  addRef(fence)
  poke(node + Callback.code, Action.RingScheduler)
  poke(node + Callback.argument, peek(job + Job.scheduler))
  poke(node + Callback.fence, fence)
  poke(node + Callback.previous, Unlinked.Mark)
  poke(node + Callback.sibling, peek(job + Job.firstDependency))
  poke(job + Job.firstDependency, node)
  return 1
}

/**
 * Whether everything a job depends on is done. Under the scheduler's lock. If not, its scheduler is rung when that may
 * have changed.
 */
export function areDependenciesDone(thread: i32, job: i32): bool {
  while (true) {
    const node = peek(job + Job.firstDependency)
    if (node == Address.None) return true
    const fence = dependencyOf(thread, job, node)
    // Hung already, and not run yet; or hung now, also if its issuer could not be asked: that is asked each time.
    if (!isSignaled(thread, fence) && hangAgain(thread, fence, node, true) != Armed.Complete) return false
    poke(job + Job.firstDependency, peek(node + Callback.sibling))
    dropNode(thread, fence, node)
  }
}

/**
 * What is waited for on behalf of a record: for a job of the same scheduler its start is enough, since the hardware keeps
 * the order (pipelining).
 */
function dependencyOf(thread: i32, job: i32, node: i32): i32 {
  const fence = peek(node + Callback.fence)
  const flags = peek(fence + Fence.flags)
  if ((flags & Flag.Job) == 0 || (flags & Flag.DontPipeline) != 0) return fence
  const body = finishedBodyOf(fence)
  if (body == Address.None || peek(fence + Fence.timeline) != peek(peek(job + Job.finished) + Fence.timeline))
    return fence
  const scheduled = peek(body + FinishedBody.scheduled)
  addRef(scheduled)
  poke(node + Callback.fence, scheduled)
  dropRef(thread, fence)
  return scheduled
}

/** Gives up what a job was waiting for. */
export function dropDependencies(thread: i32, job: i32): void {
  let node = peek(job + Job.firstDependency)
  poke(job + Job.firstDependency, Address.None)
  while (node != Address.None) {
    const next = peek(node + Callback.sibling)
    dropNode(thread, peek(node + Callback.fence), node)
    node = next
  }
}

/** Gives a record back, and its reference. With the lock: whoever completes the fence may be about to run it. */
function dropNode(thread: i32, fence: i32, node: i32): void {
  const word = lockOf(fence)
  lock(thread, word)
  if (isLinkedLocked(node)) unlinkLocked(fence, node)
  unlock(thread, word)
  give(thread, Kind.Callback, node)
  dropRef(thread, fence)
}
