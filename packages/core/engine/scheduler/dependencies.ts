/**
 * What a job waits for: of each context the latest fence. The records hang nowhere: the job has one callback, which
 * hangs on one of them at a time (ask.ts).
 */
import { assertSteps } from "../bound"
import { Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { Dependency, FinishedBody, Job } from "../layout/scheduler"
import { give, take } from "../pool"
import { peek, poke } from "../words"
import { isSignaled } from "../fence/poll"
import { isLaterOnContext } from "../fence/query"
import { addRef, dropRef } from "../fence/references"
import { hasSignaled } from "../fence/signal"
import { finishedBodyOf } from "./fences"

/** Lets a job, not yet submitted, wait for a fence, with a reference of its own: 1, or 0 when the heap is full. */
export function addDependency(thread: i32, job: i32, fence: i32): i32 {
  let steps = 0
  for (let node = peek(job + Job.firstDependency); node != Address.None; node = peek(node + Dependency.next)) {
    assertSteps(++steps, Kind.Callback, job)
    const known = peek(node + Dependency.fence)
    if (
      peek(known + Fence.contextLo) != peek(fence + Fence.contextLo) ||
      peek(known + Fence.contextHi) != peek(fence + Fence.contextHi)
    )
      continue
    // Of one context the later stands for both.
    if (isLaterOnContext(fence, known)) {
      addRef(fence)
      poke(node + Dependency.fence, fence)
      dropRef(thread, known)
    }
    return 1
  }
  const node = take(thread, Kind.Callback)
  if (node == Address.None) return 0
  addRef(fence)
  poke(node + Callback.code, 0)
  poke(node + Callback.previous, Unlinked.Mark)
  poke(node + Dependency.fence, fence)
  poke(node + Dependency.next, peek(job + Job.firstDependency))
  poke(job + Job.firstDependency, node)
  return 1
}

/**
 * The next fence that a job must wait for, or NONE. What is complete is given up. A job that will be run waits for the
 * start only of those before it that the same hardware has, since that keeps the order (pipelining); one that ends
 * without being run waits for the `whole` of all.
 * PLAIN: the records are their asker's own. If it dies, one that was just taken off is lost, and shows in the accounts.
 */
export function nextDependency(thread: i32, job: i32, whole: bool): i32 {
  let before: i32 = Address.None
  let node = peek(job + Job.firstDependency)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, job)
    const fence = peek(node + Dependency.fence)
    const next = peek(node + Dependency.next)
    if (isSignaled(thread, fence)) {
      if (before == Address.None) poke(job + Job.firstDependency, next)
      else poke(before + Dependency.next, next)
      giveDependency(thread, node)
    } else {
      const start = whole ? Address.None : startOf(job, fence)
      if (start == Address.None) return fence
      if (!hasSignaled(start)) return start
      // Kept: if the job should end without being run, it will wait for the whole.
      before = node
    }
    node = next
  }
  return Address.None
}

/**
 * The scheduled fence of a job of the same scheduler as this one; NONE for any other fence, and for whom its whole must be waited. The
 * tag of a pointer repeats (`tag.ts`), but a job that is pending has its scheduler, and so its timeline; of one that is over both are.
 */
function startOf(job: i32, fence: i32): i32 {
  const flags = peek(fence + Fence.flags)
  if ((flags & Flag.Job) == 0 || (flags & Flag.DontPipeline) != 0) return Address.None
  const body = finishedBodyOf(fence)
  if (body == Address.None) return Address.None
  if (peek(fence + Fence.timeline) != peek(peek(job + Job.finished) + Fence.timeline)) return Address.None
  return peek(body + FinishedBody.scheduled)
}

/** Gives up what a job was waiting for. */
export function dropDependencies(thread: i32, job: i32): void {
  let node = peek(job + Job.firstDependency)
  poke(job + Job.firstDependency, Address.None)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, job)
    const next = peek(node + Dependency.next)
    giveDependency(thread, node)
    node = next
  }
}

function giveDependency(thread: i32, node: i32): void {
  const fence = peek(node + Dependency.fence)
  give(thread, Kind.Callback, node)
  dropRef(thread, fence)
}
