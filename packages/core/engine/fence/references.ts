/** Who holds a fence, and what happens when nobody does. */
import { assertFence, assertReading, isIssuerBound } from "../check"
import * as host from "../host"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Op, Text } from "../layout/module"
import { Event, Oops, Warning } from "../layout/oops"
import { Address, Record } from "../layout/record"
import { lock, unlock } from "../locks/lock"
import { dropLockRef, dropModuleRef } from "../modules"
import { readLock, readUnlock } from "../rcu/epoch"
import { retire } from "../rcu/retire"
import { addRefTo, dropRefFrom, tryAddRefTo } from "../refcount"
import { isAlive, untagged } from "../tag"
import { trace } from "../trace"
import { add, load, peek, poke } from "../words"
import { lockOf } from "./lock"
import { CONTAINER, releaseContainer } from "../composite/ops"
import { releaseJobFence } from "../scheduler/fences"
import { signalLocked } from "./signal"
import { settle } from "./work"

const EDEADLK: i32 = -35

/** Adds a reference on behalf of a holder. */
export function addRef(fence: i32): void {
  assertFence(fence)
  addRefTo(fence + Fence.refs, fence)
}

/** Adds a reference to a fence found under RCU, unless it is on its way out: 1 or 0. */
export function tryAddRef(thread: i32, fence: i32): i32 {
  assertReading(thread, fence)
  assertFence(fence)
  return tryAddRefTo(fence + Fence.refs)
}

/**
 * The fence that a cell points to, with a reference for the caller; NONE if the cell is empty. May be called anywhere.
 * `dma_fence_get_rcu_safe`: the cell may be replaced at any time, and what it pointed to dropped.
 */
export function tryAddRefAt(thread: i32, cell: i32): i32 {
  readLock(thread)
  let answer: i32 = Address.None
  while (true) {
    // ORDER: observe the record. Pairs with `publish` and `replace` of `cells.ts`, and
    // `putFenceLocked` of `composite/syncobj.ts`: a record replaced after our load may
    // have been dropped, but stays as memory for this section, and `tryAddRef` decides.
    const fence = load(cell)
    if (fence == Address.None) break
    if (tryAddRef(thread, fence)) {
      answer = fence
      break
    }
    // On its way out: whoever dropped it has replaced it, or will.
  }
  readUnlock(thread)
  return answer
}

/** A reference to the fence that a token names: its address, or NONE when that life of the record is over. */
export function open(thread: i32, fence: i32, generation: i32): i32 {
  readLock(thread)
  // ORDER: observe: in a section a record that is still in this life stays in it, at least as memory.
  const ours = load(fence + Record.generation) == generation && tryAddRefTo(fence + Fence.refs) != 0
  readUnlock(thread)
  return ours ? fence : Address.None
}

/** Gives a reference back; the last one releases the fence. */
export function dropRef(thread: i32, fence: i32): void {
  assertFence(fence)
  if (dropRefFrom(fence + Fence.refs, fence)) release(thread, fence)
}

/** Nobody holds the fence any more; nor, perhaps, what it held: a loop, for a chain may be a hundred thousand links long. */
export function release(thread: i32, fence: i32): void {
  let at = fence
  while (at != Address.None) at = releaseOne(thread, at)
}

/**
 * Whoever is looking at the fence under RCU finds the count at zero and goes away; its memory goes back after a grace
 * period. In a section the record outlives its retirement, so that `free` may still read it.
 * KERNEL: the issuer's `free` is told; the memory is ours to give back, so no issuer can forget to wait for readers.
 */
function releaseOne(thread: i32, fence: i32): i32 {
  trace(thread, Event.Released, fence, peek(fence + Fence.ops))
  if (peek(fence + Fence.first) != Address.None && (peek(fence + Fence.flags) & Flag.Signaled) == 0)
    signalForgotten(thread, fence)
  readLock(thread)
  retire(thread, fence)
  let next: i32 = Address.None
  let dead = false
  if (peek(fence + Fence.flags) & CONTAINER) next = releaseContainer(thread, fence)
  else {
    if (peek(fence + Fence.flags) & Flag.Job) releaseJobFence(thread, fence)
    dead = !releaseIssued(thread, fence)
  }
  readUnlock(thread)
  // Only now: an oops throws, and nothing may be lost by it.
  if (dead) host.oops(Oops.DeadText, fence, peek(fence + Fence.ops), Op.Free)
  return next
}

/** Tells the issuer, and gives back what the fence held of its. False if the fence leads into a text that is gone. */
function releaseIssued(thread: i32, fence: i32): bool {
  const flags = peek(fence + Fence.flags)
  const ops = peek(fence + Fence.ops)
  const alive = ops == Address.None || isAlive(ops)
  const text = untagged(ops)
  if (ops != Address.None && alive && (peek(text + Text.opsMask) & (1 << Op.Free)) != 0)
    host.call((peek(text + Text.loadId) << 3) | Op.Free, fence)
  if (!isIssuerBound()) {
    if ((flags & Flag.InlineLock) == 0) dropLockRef(thread, peek(fence + Fence.lock))
    if ((flags & Flag.KeepsOps) != 0) dropModuleRef(untagged(peek(text + Text.module)))
  }
  return alive
}

/** Callbacks are still waiting, and nobody is left who could signal (I10): reported, and signaled with EDEADLK. */
function signalForgotten(thread: i32, fence: i32): void {
  // ORDER: claim: a count for the accounts.
  add(Header.releasedPending, 1)
  host.warn(Warning.ReleasedPending, fence, 0)
  const word = lockOf(fence)
  lock(thread, word)
  poke(fence + Fence.error, EDEADLK)
  signalLocked(thread, fence)
  unlock(thread, word)
  settle(thread)
}
