/**
 * What a thread puts off until its operation is over: completing a container, ending a job, releasing what nobody
 * holds any more. `work.ts` does it, which stands above all that; so nothing down here climbs up.
 *
 * One list for each thread, newest first. An item is an address, with a bit that says what it is: a callback record, or
 * a fence or object to be released. Each is chained by a word that nothing else needs at that time.
 * PLAIN throughout: the list is its thread's own; whoever reclaims the thread comes after its death.
 */
import { assertStepsOfAny } from "./bound"
import { KEPT } from "./kept"
import { Callback } from "./layout/callback"
import { Fence } from "./layout/fence"
import { SharedObject } from "./layout/object"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { peek, poke } from "./words"

/** Records are multiples of 32, so these bits are free. */
export const FENCE: i32 = 1
export const OBJECT: i32 = 2
/** Both: a fence whose issuer has been told that it goes, or is being told. What it holds is to be given back. */
export const TOLD: i32 = 3
/** One that has had its turn once: an oops ended it, or a lock was busy. */
const RETRIED: i32 = 4

/** Puts off what a container's or a job's callback is for. It may be there and in `Thread.running` when the thread dies. */
export function putOff(thread: i32, node: i32): void {
  poke(node + Callback.next, peek(thread + Thread.work))
  poke(thread + Thread.work, node)
}

/**
 * Puts off what a record is for that its owner keeps.
 * DEATH: whoever goes on with it is named before. Who died, and is not named any more, had hung it again: it may be another's by now.
 */
export function putOffOwn(thread: i32, node: i32): void {
  poke(node + Callback.holder, thread)
  putOff(thread, node)
}

/** The last reference on a fence has gone: `FENCE`; or its issuer is told so: `TOLD`. Callbacks may still wait for it, and others complete it meanwhile. */
export function putOffFence(thread: i32, fence: i32, kind: i32): void {
  poke(fence + Fence.putOff, peek(thread + Thread.work))
  poke(thread + Thread.work, fence | kind)
}

/** The last reference on an object has gone. */
export function putOffObject(thread: i32, object: i32): void {
  poke(object + SharedObject.link, peek(thread + Thread.work))
  poke(thread + Thread.work, object | OBJECT)
}

function isFence(item: i32): bool {
  return (item & FENCE) != 0
}
function isObject(item: i32): bool {
  return (item & OBJECT) != 0
}
/** What an item releases: FENCE, OBJECT, TOLD, or 0 for nothing. */
export function releaseOf(item: i32): i32 {
  return item & TOLD
}
export function recordOf(item: i32): i32 {
  return item & ~(FENCE | OBJECT | RETRIED)
}

/** The item that was put off before this one. */
export function nextItem(item: i32): i32 {
  return peek(slotOfNext(item))
}

/** The word that chains an item. */
function slotOfNext(item: i32): i32 {
  if (isFence(item)) return recordOf(item) + Fence.putOff
  return recordOf(item) + (isObject(item) ? SharedObject.link : Callback.next)
}

/** From here on nothing is dealt with, until as many `resumeWork` as there were `holdWork`: within one operation. */
// @inline
export function holdWork(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) + 1)
}
// @inline
export function resumeWork(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) - 1)
}

/** The same for the caller of operations, from one that takes a lock to the one that gives it back. */
// @inline
export function holdWorkKept(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) + KEPT)
}
// @inline
export function resumeWorkKept(thread: i32): void {
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) - KEPT)
}

/**
 * After an oops: what was being dealt with is put off once more, behind all the rest, since what was in its way may be gone by
 * then; when it fails again it is given up, so that it does not break off every operation to come.
 */
export function retryWork(thread: i32): void {
  const item = peek(thread + Thread.working)
  if (item == Address.None) return
  poke(thread + Thread.working, Address.None)
  if ((item & RETRIED) == 0) putLast(thread, item)
}

/** Puts an item off behind all the rest. It may be there and in `Thread.working` when the thread dies. */
export function putLast(thread: i32, item: i32): void {
  let slot = thread + Thread.work
  for (let steps = 0; peek(slot) != Address.None; slot = slotOfNext(peek(slot))) assertStepsOfAny(++steps, thread)
  poke(slotOfNext(item), Address.None)
  poke(slot, item | RETRIED)
}

/** Whether the thread has put this record off. */
export function isPutOff(thread: i32, record: i32): bool {
  let steps = 0
  for (let item = peek(thread + Thread.work); item != Address.None; item = nextItem(item)) {
    assertStepsOfAny(++steps, thread)
    if (recordOf(item) == record) return true
  }
  return false
}

/** Whether an item has failed before. */
export function isRetried(item: i32): bool {
  return (item & RETRIED) != 0
}
