/**
 * Nobody holds a record any more. What it held is given up, and its memory goes back after a grace period: whoever
 * finds it under RCU meanwhile finds the count at zero, and goes away.
 * KERNEL: the issuer's `free` is told; the memory is ours to give back, so no issuer can forget to wait for readers.
 */
import {
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
import { callIssuer } from "./fence/ops"
import { signalLocked } from "./fence/signal"
import { leaveClosedTimeline } from "./fence/timelines"
import * as host from "./host"
import { dropLockRef } from "./issuer/shared-lock"
import { Fence, Flag } from "./layout/fence"
import { Header } from "./layout/header"
import { Op, Text } from "./layout/module"
import { ObjectType, SharedObject } from "./layout/object"
import { Event, Oops, Warning } from "./layout/oops"
import { Address } from "./layout/record"
import { lock, unlock } from "./locks/lock"
import { dropModuleRef } from "./modules"
import { readLock, readUnlock } from "./rcu/epoch"
import { retire } from "./rcu/retire"
import { isAlive, untagged } from "./tag"
import { trace } from "./trace"
import { add, peek, poke } from "./words"

const EDEADLK: i32 = -35

/** Gives back what a fence held. In a section the record outlives its retirement, so that `free` may still read it. */
export function releaseFence(thread: i32, fence: i32): void {
  trace(thread, Event.Released, fence, peek(fence + Fence.ops))
  if (peek(fence + Fence.flags) & Flag.Soft) leaveTimeline(thread, fence)
  const flags = peek(fence + Fence.flags)
  if ((flags & Flag.Signaled) == 0 && peek(fence + Fence.first) != Address.None) signalForgotten(thread, fence)
  if (flags & Flag.OfClosed) leaveClosedTimeline(thread, fence)
  readLock(thread)
  retire(thread, fence)
  let isTextAlive = true
  if (flags & Flag.Array) releaseArray(thread, fence)
  else if (flags & Flag.Chain) releaseChain(thread, fence)
  else {
    if (flags & Flag.Job) releaseJobFence(thread, fence)
    isTextAlive = releaseIssued(thread, fence)
  }
  readUnlock(thread)
  // Only now: an oops throws, and nothing may be lost by it.
  if (!isTextAlive) host.oops(Oops.DeadText, fence, peek(fence + Fence.ops), Op.Free)
}

/** Tells the issuer, and gives back what the fence held of its. False if the fence leads into a text that is gone. */
function releaseIssued(thread: i32, fence: i32): bool {
  const flags = peek(fence + Fence.flags)
  const ops = peek(fence + Fence.ops)
  const alive = ops == Address.None || isAlive(ops)
  const text = untagged(ops)
  if (ops != Address.None && alive && (peek(text + Text.opsMask) & (1 << Op.Free)) != 0)
    callIssuer(thread, fence, (peek(text + Text.loadId) << 3) | Op.Free)
  if (holdsLock(flags)) dropLockRef(thread, peek(fence + Fence.lock))
  if (pinsModule(flags)) dropModuleRef(untagged(peek(text + Text.module)))
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
