/**
 * No family: in a heap of this build nothing of them can be (`families.ts`). What leads to one all the same comes of damage, and is an
 * oops; only what is asked of every thread has nothing to do.
 */
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { poke } from "../words"
import { tellForeign } from "./foreign"

/** Nothing leads to what is released but what is released with it. */
export function leaveMembers(_thread: i32, _array: i32): bool {
  return true
}
export function leavePoints(_thread: i32, _soft: i32): bool {
  return true
}
export function leaveTimeline(_thread: i32, _point: i32): bool {
  return true
}
export function finishArray(_thread: i32, _owner: i32, array: i32): bool {
  tellForeign(array)
  return true
}
export function recountArray(_dead: i32, node: i32): bool {
  tellForeign(node)
  return false
}
export function recountArming(array: i32): void {
  tellForeign(array)
}
export function releaseArray(_thread: i32, array: i32): void {
  tellForeign(array)
}
export function advanceChain(_thread: i32, _owner: i32, chain: i32): bool {
  tellForeign(chain)
  return true
}
export function releaseChain(_thread: i32, chain: i32): void {
  tellForeign(chain)
}
export function bodyOf(fence: i32): i32 {
  tellForeign(fence)
  return fence
}
export function breakOffArming(container: i32): bool {
  tellForeign(container)
  return false
}
export function releaseReservation(_thread: i32, reservation: i32): void {
  tellForeign(reservation)
}
export function isGuardedBy(soft: i32, _lockRecord: i32): bool {
  tellForeign(soft)
  return false
}
export function releaseSoftTimeline(_thread: i32, soft: i32): void {
  tellForeign(soft)
}
export function repairSoftTimeline(_dead: i32, soft: i32): void {
  tellForeign(soft)
}
export function releaseSyncFile(_thread: i32, file: i32): void {
  tellForeign(file)
}
export function releaseSyncobj(_thread: i32, syncobj: i32): void {
  tellForeign(syncobj)
}
export function repairSyncobj(_dead: i32, syncobj: i32): void {
  tellForeign(syncobj)
}
export function giveWaiterOf(_dead: i32, node: i32): void {
  tellForeign(node)
}
export function unhangWaitersOf(_dead: i32, syncobj: i32): void {
  tellForeign(syncobj)
}
export function releaseEntity(_thread: i32, entity: i32): void {
  tellForeign(entity)
}
export function releaseJobFence(_thread: i32, fence: i32): void {
  tellForeign(fence)
}
export function finishDependency(_thread: i32, _owner: i32, finished: i32): bool {
  tellForeign(finished)
  return true
}
export function finishJob(_thread: i32, _owner: i32, finished: i32): void {
  tellForeign(finished)
}
export function repairScheduler(scheduler: i32): void {
  tellForeign(scheduler)
}
export function releaseScheduler(_thread: i32, scheduler: i32): void {
  tellForeign(scheduler)
}

/** Modules bring nothing but their ops: no function waits for a grace period, or runs later. */
export function callFunction(_thread: i32, _owner: i32, node: i32): void {
  tellForeign(node)
}
export function awaitCalls(_thread: i32): void {}
export function callingThread(_thread: i32): i32 {
  return Address.None
}
export function endWorks(_token: i32): void {}

/** A thread that died was arming no link. */
export function repairChains(_dead: i32, _token: i32): void {}
/** A thread that died held no job. */
export function endOrphans(_dead: i32, _token: i32): void {}
/** A thread that had an oops had taken no job. */
export function forgetJobs(_thread: i32): void {}

/** What is put off here is a release, or a module's function: either is begun once. Anything else comes of damage, and is given up. */
export function retryWork(thread: i32): void {
  poke(thread + Thread.working, Address.None)
}
export function isRetried(_item: i32): bool {
  return false
}
export function isPutOff(_thread: i32, _record: i32): bool {
  return false
}
/** Nothing waits for a lock. */
export function postpone(_thread: i32, _owner: i32, _item: i32): bool {
  return false
}
