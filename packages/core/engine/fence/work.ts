/**
 * Deferred work: completing containers when no lock of a fence is held (the kernel's irq_work).
 *
 * A member completes under its own lock, and whoever arms a container holds the container's lock while it takes the
 * members': so a member must not take its container's (B9). It puts it off, and every operation that may have
 * completed a fence settles the work before it returns. Newest first, as in the kernel: nobody may count on an order.
 */
import { finishArray } from "../composite/array"
import { advanceChain } from "../composite/chain"
import { finishJob } from "../scheduler/finish"
import { Action, Callback } from "../layout/callback"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { peek, poke } from "../words"

/** Completes what was put off, unless a lock is held: then whoever gives that back settles. PLAIN: all of it is the thread's own. */
// @inline
export function settle(thread: i32): void {
  if (peek(thread + Thread.work) != Address.None) settleSlow(thread)
}

function settleSlow(thread: i32): void {
  if (peek(thread + Thread.deferring) != 0) return
  // Completing a container puts off those that it is in: they join this loop instead of nesting.
  poke(thread + Thread.deferring, 1)
  finishWork(thread, thread)
  poke(thread + Thread.deferring, 0)
}

/** Deals with the work that `owner` put off; it may be another thread, which has died. */
export function finishWork(thread: i32, owner: i32): void {
  let node = peek(owner + Thread.working)
  // It died between the two writes below: once is enough.
  if (node != Address.None && peek(owner + Thread.work) == node) poke(owner + Thread.work, peek(node + Callback.next))
  while (true) {
    if (node != Address.None) finishOne(thread, owner, node)
    node = peek(owner + Thread.work)
    if (node == Address.None) return
    poke(owner + Thread.working, node)
    poke(owner + Thread.work, peek(node + Callback.next))
  }
}

/** `Thread.working` is cleared before the reference goes: done twice, the first part does no harm and the second would. */
function finishOne(thread: i32, owner: i32, node: i32): void {
  const container = peek(node + Callback.argument)
  const action = peek(node + Callback.code)
  if (action == Action.ChainLink) advanceChain(thread, owner, container)
  else if (action == Action.JobDone) finishJob(thread, owner, container)
  else finishArray(thread, owner, container)
}

/** From here on work is put off, until as many `resume` as there were `putWorkOff`. */
// @inline
export function putWorkOff(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) + 1)
}
// @inline
export function resumeWork(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) - 1)
}
