/**
 * Completing a fence.
 *
 * All of it happens under the fence's lock, in this order:
 *   1. the trace point, while the names can still be had (P3);
 *   2. the callback list moves out of the union, the timestamp moves in (I4);
 *   3. SIGNALED, with TIMESTAMP, in one step: from here on the fence is complete for everybody (I1);
 *   4. `detach`: ops becomes NONE, unless the issuer has `wait` or `free`, or the heap's lifetime keeps them (I6);
 *   5. sleepers are woken, callbacks run in order of insertion (I3).
 * A reader that finds ops NONE finds SIGNALED set, because 3 comes before 4; one that found ops before 4 may use them
 * to the end of its read section, because unloading waits for a grace period (P5).
 */
import { assertSteps } from "../bound"
import { act } from "../actions"
import { assertFence } from "../check"
import * as host from "../host"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Event } from "../layout/oops"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { lockToArm } from "../locks/impatient"
import { assertHeld, lock, unlock } from "../locks/lock"
import { beginSignaling, endSignaling } from "../locks/signaling"
import { trace } from "../trace"
import { add, load, peek, poke, wake } from "../words"
import { lockOf } from "./lock"

const EVERYONE: i32 = 0x7fffffff

/** Completes the fence: 1 for the one who did it, 0 if it was complete. Takes the lock; afterwards all callbacks have run. */
export function signal(thread: i32, fence: i32): i32 {
  return signalAt(thread, fence, tellTime(thread))
}

/** The same for a caller that has asked `tellTime`: it asks nothing of the host. */
export function signalAt(thread: i32, fence: i32, stamped: i32): i32 {
  return signalWith(thread, fence, stamped)
}

/** Writes the time into the thread's `now` words if this heap wants timestamps: 1, or 0. */
// @inline
export function tellTime(thread: i32): i32 {
  const stamped = peek(Header.timestamps)
  if (stamped) host.now(thread)
  return stamped
}

/** Completes the fence if it is pending: true, or false when its lock is busy and the caller is impatient. */
export function trySignal(thread: i32, fence: i32): bool {
  assertFence(fence)
  const stamped = tellTime(thread)
  const word = lockOf(fence)
  if (!lockToArm(thread, word)) return false
  completeInSection(thread, fence, stamped)
  unlock(thread, word)
  return true
}

/** `signal`, at the time in the thread's `now` words if it is to be `stamped`. Inlined where it is hot. */
// @inline
export function signalWith(thread: i32, fence: i32, stamped: i32): i32 {
  assertFence(fence)
  const word = lockOf(fence)
  lock(thread, word)
  const won = completeInSection(thread, fence, stamped)
  unlock(thread, word)
  return won
}

// @inline
function completeInSection(thread: i32, fence: i32, stamped: i32): i32 {
  const section = CHECKED ? beginSignaling(thread) : 0
  const won = complete(thread, fence, stamped)
  if (CHECKED) endSignaling(thread, section)
  return won
}

/**
 * Completes the fence with an error (0: without one): 1 for the one who did it, and only that one's error counts. At the time in the
 * thread's `now` words if it is to be `stamped`. For a caller that does not hold the lock.
 */
export function signalFailed(thread: i32, fence: i32, error: i32, stamped: i32): i32 {
  assertFence(fence)
  const word = lockOf(fence)
  lock(thread, word)
  const won = completeWithError(thread, fence, error, stamped)
  unlock(thread, word)
  return won
}

/** The same for a caller that holds the lock. */
export function signalFailedLocked(thread: i32, fence: i32, error: i32, stamped: i32): i32 {
  if (CHECKED) {
    assertFence(fence)
    assertHeld(thread, lockOf(fence))
  }
  return completeWithError(thread, fence, error, stamped)
}

function completeWithError(thread: i32, fence: i32, error: i32, stamped: i32): i32 {
  // PLAIN: SIGNALED changes only under the lock, which we hold (I5).
  if (error != 0 && (peek(fence + Fence.flags) & Flag.Signaled) == 0) poke(fence + Fence.error, error)
  return completeInSection(thread, fence, stamped ? stamped : tellTime(thread))
}

/** `signal` for a caller that holds the fence's lock. */
export function signalLocked(thread: i32, fence: i32): i32 {
  if (CHECKED) {
    assertFence(fence)
    assertHeld(thread, lockOf(fence))
  }
  return complete(thread, fence, tellTime(thread))
}

// @inline
function complete(thread: i32, fence: i32, stamped: i32): i32 {
  // PLAIN: SIGNALED is only set under the lock, which we hold.
  if (peek(fence + Fence.flags) & Flag.Signaled) return 0
  if (CHECKED) trace(thread, Event.Signaled, fence, peek(fence + Fence.ops))
  const callbacks = peek(fence + Fence.first)
  // For whoever reclaims us, should we die here: the list is about to move out of the union.
  if (callbacks != Address.None) poke(thread + Thread.running, callbacks)
  let bits: i32 = Flag.Signaled
  if (stamped) {
    poke(fence + Fence.timeLo, peek(thread + Thread.nowLo))
    poke(fence + Fence.timeHi, peek(thread + Thread.nowHi))
    bits |= Flag.Timestamp
  }
  // ORDER: claim: sets SIGNALED once (I1). An add sets bits known to be clear: only the lock's holder sets these.
  // ORDER: publish error and timestamp. Pairs with `hasSignaled`.
  // ORDER: wake: a sleeper sets PARKED, then looks. Pairs with `spinAndPark` in `wait.ts`, where both outcomes are told.
  const before = add(fence + Fence.flags, bits)
  // PLAIN: no order is needed for NONE. A reader that still finds ops is in a section, and unloading waits for it.
  if ((before & Flag.KeepsOps) == 0) poke(fence + Fence.ops, Address.None)
  if (before & Flag.Parked) wake(fence + Fence.flags, EVERYONE)
  if (callbacks != Address.None) runCallbacks(thread, callbacks)
  return 1
}

/** Runs callbacks that were taken off their fence. `Thread.acting` and `running` are where another would go on if we died. */
export function runCallbacks(thread: i32, first: i32): void {
  let node = first
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, first)
    const next = peek(node + Callback.next)
    if (peek(node + Callback.code) != Action.Deliver) poke(thread + Thread.acting, node)
    poke(thread + Thread.running, next)
    poke(node + Callback.previous, Unlinked.Mark)
    act(thread, node)
    poke(thread + Thread.acting, Address.None)
    node = next
  }
}

/** Whether the fence is complete: one load, no effect, no lock. Its callbacks may still be running. */
export function hasSignaled(fence: i32): i32 {
  assertFence(fence)
  // ORDER: observe error and timestamp. Pairs with `complete`.
  return load(fence + Fence.flags) & Flag.Signaled ? 1 : 0
}
