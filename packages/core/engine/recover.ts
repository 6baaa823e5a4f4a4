/**
 * After an oops: the operation that it broke off is lost, and the thread is as it was before the call. The host calls this
 * before it throws, from within the operation: the state was put in order before that, so nothing is half done.
 */
import { breakOffArming, forgetJobs, retryWork } from "./families"
import { disableLocked } from "./fence/enable"
import { dropRef } from "./fence/references"
import { closeOpen, dropOpenLocks, isKept } from "./kept"
import { Fence, Flag } from "./layout/fence"
import { Families, Header, Pool } from "./layout/header"
import { Lock } from "./layout/module"
import { ObjectType, SharedObject } from "./layout/object"
import { Address, Kind } from "./layout/record"
import { Thread } from "./layout/thread"
import { holds, release } from "./locks/strategy"
import { nextInUse, poolOf } from "./pool"
import { returnChains } from "./rcu/retire"
import { endSection } from "./rcu/strategy"
import { peek, poke } from "./words"

/** Ends the sections that the operation had open, gives back its locks, and lets the caller's stand. */
export function recover(thread: i32): void {
  // It may have been in the middle of a chain of retired records: before its section ends, as after a death.
  returnChains(thread, peek(thread + Thread.id))
  if (peek(thread + Thread.clearing) > peek(thread + Thread.asking)) poke(thread + Thread.clearing, 0)
  const nesting = closeOpen(peek(thread + Thread.nesting))
  poke(thread + Thread.nesting, nesting)
  poke(thread + Thread.deferring, closeOpen(peek(thread + Thread.deferring)))
  if (CHECKED) poke(thread + Thread.heldCount, peek(thread + Thread.heldKept))
  poke(thread + Thread.impatient, 0)
  poke(thread + Thread.turns, 0)
  if (nesting == 0) endSection(thread)
  // Inside an issuer's function it is what asked that is being dealt with, and goes on.
  if (peek(thread + Thread.asking) == 0) retryWork(thread)
  forgetJobs(thread)
  giveLocksBack(thread)
  dropOpenLocks(thread)
}

/** Gives back every lock that an operation may take and the caller does not have. Cells and reservations are only ever the caller's. */
function giveLocksBack(thread: i32): void {
  for (let kind = 0; kind < Kind.Count; kind++) giveBack(thread, poolOf(kind) + Pool.lock)
  giveBack(thread, Header.modulesLock)
  if (FAMILIES != Families.Fences) giveBackOf(thread, Kind.Object, SharedObject.lock)
  giveBackOf(thread, Kind.Fence, Fence.lock)
  giveBackOf(thread, Kind.Lock, Lock.word)
}

/** Of records in use: one that we hold stays so. */
function giveBackOf(thread: i32, kind: i32, word: i32): void {
  for (let record = nextInUse(kind, Address.None); record != Address.None; record = nextInUse(kind, record)) {
    if (!isOpen(thread, record + word)) continue
    if (kind == Kind.Object && peek(record + SharedObject.type) == ObjectType.Reservation) continue
    if (kind == Kind.Fence && !leaveFence(thread, record)) continue
    giveBack(thread, record + word)
  }
}

/** A container that the operation was arming is left as after a failure: what hangs, hangs, and the next asker goes on. False for a fence without a lock of its own. */
function leaveFence(thread: i32, fence: i32): bool {
  const flags = peek(fence + Fence.flags)
  if (FAMILIES == Families.All && (flags & Flag.Container) != 0 && breakOffArming(fence)) {
    disableLocked(fence)
    dropRef(thread, fence)
  }
  return (flags & Flag.InlineLock) != 0
}

/** Whether the thread holds a lock that is not its caller's. */
function isOpen(thread: i32, word: i32): bool {
  return holds(thread, word) && !isKept(thread, word)
}

function giveBack(thread: i32, word: i32): void {
  if (isOpen(thread, word)) release(thread, word)
}
