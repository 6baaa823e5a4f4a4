/**
 * Nobody holds a record any more. What it held is given up, and its memory goes back after a grace period: whoever
 * finds it under RCU meanwhile finds the count at zero, and goes away.
 * KERNEL: the issuer's `free` is told; the memory is ours to give back, so no issuer can forget to wait for readers.
 */
import {
  leaveMembers,
  leavePoints,
  leaveTimeline,
  releaseArray,
  releaseChain,
  releaseChannel,
  releaseEntity,
  releaseJobFence,
  releaseReservation,
  releaseScheduler,
  releaseSoftTimeline,
  releaseSyncFile,
  releaseSyncobj,
  releaseVersions,
} from "./families"
import { holdsLock, pinsModule } from "./fence/create"
import { lockOf } from "./fence/lock"
import { NO_OP, callIssuer, opOf } from "./fence/ops"
import { signalFailedLocked } from "./fence/signal"
import { TOLD, putOffFence } from "./deferral"
import * as host from "./host"
import { dropLockRef } from "./issuer/shared-lock"
import { Fence, Flag } from "./layout/fence"
import { Header } from "./layout/header"
import { Op, Text } from "./layout/module"
import { ObjectType, SharedObject } from "./layout/object"
import { Event, Oops, Warning } from "./layout/oops"
import { Address } from "./layout/record"
import { tryLock, unlock } from "./locks/lock"
import { dropModuleRef } from "./modules"
import { readLock, readUnlock } from "./rcu/epoch"
import { retire } from "./rcu/retire"
import { isAlive, untagged } from "./tag"
import { trace } from "./trace"
import { add, peek } from "./words"

const EDEADLK: i32 = -35

/** Whether others may lead to a fence that nobody holds: `leaveFence` comes before `releaseFence`. */
// @inline
export function isLedTo(fence: i32): bool {
  return (peek(fence + Fence.flags) & (Flag.Soft | Flag.Array | Flag.Signaled)) != Flag.Signaled
}

/**
 * Takes a fence off what leads to it; who waits for it all the same is told by EDEADLK. False if a lock is busy: its holder may be
 * dead, and nobody waits for a release, so it does not wait either, but is done later. Twice does no harm.
 */
export function leaveFence(thread: i32, fence: i32): bool {
  const flags = peek(fence + Fence.flags)
  // Callbacks are still waiting, and nobody is left who could signal (I10).
  if ((flags & Flag.Signaled) == 0 && peek(fence + Fence.first) != Address.None) {
    const word = lockOf(fence)
    if (!tryLock(thread, word)) return false
    signalFailedLocked(thread, fence, EDEADLK, 0)
    unlock(thread, word)
    // ORDER: claim: a count for the accounts.
    add(Header.releasedPending, 1)
    host.warn(Warning.ReleasedPending, fence, 0)
  }
  if (flags & Flag.Soft) return leaveTimeline(thread, fence)
  return (flags & Flag.Array) == 0 || leaveMembers(thread, fence)
}

/** The same for an object. */
export function leaveObject(thread: i32, object: i32): bool {
  return peek(object + SharedObject.type) != ObjectType.SoftTimeline || leavePoints(thread, object)
}

/**
 * Releases a fence: tells its issuer, if that wants to know, and gives back what it held. An oops if it leads into a text that is gone.
 * DEATH: what the issuer is told of is put off before. Who dies in the issuer's function leaves the rest to the one who clears up.
 */
export function releaseFence(thread: i32, fence: i32): void {
  const ops = peek(fence + Fence.ops)
  trace(thread, Event.Released, fence, ops)
  readLock(thread)
  const isTextAlive = ops == Address.None || isAlive(ops)
  const number = isTextAlive ? opOf(thread, fence, Op.Free) : NO_OP
  // One of a closed timeline may have to come again, when a lock is free.
  if (number == NO_OP && (peek(fence + Fence.flags) & Flag.OfClosed) == 0) giveUpFence(thread, fence)
  else {
    putOffFence(thread, fence, TOLD)
    if (number != NO_OP) callIssuer(thread, fence, number)
  }
  readUnlock(thread)
  // Only now: an oops throws, and nothing may be lost by it.
  if (!isTextAlive) host.oops(Oops.DeadText, fence, ops, 0)
}

/** Gives back what a fence held, and its record, which nobody reads after that: in no section it may be another's at once. */
export function giveUpFence(thread: i32, fence: i32): void {
  const flags = peek(fence + Fence.flags)
  const borrowed = peek(fence + Fence.lock)
  const text = untagged(peek(fence + Fence.ops))
  if (flags & Flag.Array) releaseArray(thread, fence)
  else if (flags & Flag.Chain) releaseChain(thread, fence)
  else if (flags & Flag.Job) releaseJobFence(thread, fence)
  retire(thread, fence)
  if (holdsLock(flags)) dropLockRef(thread, borrowed)
  if (pinsModule(flags) && (flags & Flag.Container) == 0) dropModuleRef(untagged(peek(text + Text.module)))
}

/** Gives back what an object held: one case for each type that holds anything. */
export function releaseObject(thread: i32, object: i32): void {
  const type = peek(object + SharedObject.type)
  if (type == ObjectType.Reservation) releaseReservation(thread, object)
  else if (type == ObjectType.SyncFile) releaseSyncFile(thread, object)
  else if (type == ObjectType.SoftTimeline) releaseSoftTimeline(thread, object)
  else if (type == ObjectType.Syncobj) releaseSyncobj(thread, object)
  else if (type == ObjectType.Scheduler) releaseScheduler(thread, object)
  else if (type == ObjectType.Entity) releaseEntity(thread, object)
  else if (type == ObjectType.Channel) releaseChannel(thread, object)
  else if (type == ObjectType.Versions) releaseVersions(thread, object)
  retire(thread, object)
}
