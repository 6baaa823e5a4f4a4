/** What a caller does to fences: whole operations, each of which settles what it has put off before it returns. */
import { assertFence } from "../check"
import { FENCE, putOffFence } from "../deferral"
import { addCallback as add, finishMail as finish, removeCallback as remove } from "../fence/callbacks"
import { setDeadline as tellDeadline } from "../fence/deadline"
import { enableSignaling as enable } from "../fence/enable"
import { askWhetherSignaled, isKnown, status as tellStatus } from "../fence/poll"
import { unlockFence as unlockIt, unlockKept } from "../fence/query"
import { nextPending as findPending } from "../fence/pending"
import { open as openFence } from "../fence/references"
import { signalFailed as fail, signalWith, tellTime } from "../fence/signal"
import { closeModuleTimeline as close } from "../fence/timelines"
import { isToBeEnabled, spinAndPark, waitForCallbacks } from "../fence/wait"
import { sharedLockWord } from "../issuer/shared-lock"
import { keepHeld } from "../kept"
import { Fence } from "../layout/fence"
import { Event } from "../layout/oops"
import { Thread } from "../layout/thread"
import { mightWaitForFence } from "../locks/waiting"
import { dropRefFrom } from "../refcount"
import { isLedTo, releaseFence } from "../release"
import { trace } from "../trace"
import { peek } from "../words"
import { settle } from "../work"

/** A reference to the fence that a token names: its address, or NONE when that life of the record is over. */
export function open(thread: i32, fence: i32, generation: i32): i32 {
  const opened = openFence(thread, fence, generation)
  settle(thread)
  return opened
}

/** Completes the fence: 1 for the one who did it, 0 if it was complete. All its callbacks have run, and containers are complete. */
export function signal(thread: i32, fence: i32): i32 {
  const won = signalWith(thread, fence, tellTime(thread))
  settle(thread)
  return won
}

/** Completes the fence with an error, at the time in the thread's `now` words if `stamped`: 1 for the one who did it. */
export function signalFailed(thread: i32, fence: i32, error: i32, stamped: i32): i32 {
  const won = fail(thread, fence, error, stamped)
  settle(thread)
  return won
}

/** Whether the fence is complete. May ask the issuer, and if it says yes, signals: any reader can become the signaler. */
export function isSignaled(thread: i32, fence: i32): i32 {
  const known = isKnown(fence)
  if (known >= 0) return known
  const answer = askWhetherSignaled(thread, fence)
  settle(thread)
  return answer
}

/** 0 while pending, 1 when complete, a negative errno when complete with an error. */
export function status(thread: i32, fence: i32): i32 {
  const answer = tellStatus(thread, fence)
  settle(thread)
  return answer
}

/** Enables signaling: 1 if the fence is pending still, 0 if it is complete, -1 if it is pending and its issuer could not be asked. */
export function enableSignaling(thread: i32, fence: i32): i32 {
  const pending = enable(thread, fence)
  settle(thread)
  return pending
}

/** Adds a callback: its record, 0 if the fence is complete, -1 if the heap is full, -2 if its issuer could not be asked. */
export function addCallback(thread: i32, fence: i32, action: i32, argument: i32): i32 {
  const node = add(thread, fence, action, argument)
  settle(thread)
  return node
}

/** Removes a callback: 1 if it had not run and now will not (`fence/callbacks.ts`). */
export function removeCallback(thread: i32, node: i32): i32 {
  const removed = remove(thread, node)
  settle(thread)
  return removed
}

/** A delivered callback has been dealt with: gives its record back; returns the next of the mail. */
export function finishMail(thread: i32, node: i32): i32 {
  const next = finish(thread, node)
  settle(thread)
  return next
}

/**
 * Enables signaling and spins a little. 0 when the fence is complete; else the value of `Fence.flags` to sleep on:
 * sleep only while the word has it, and then ask again.
 */
export function prepareWait(thread: i32, fence: i32): i32 {
  // What this thread has put off (under a reservation's lock, say) may be what completes this very fence.
  settle(thread)
  mightWaitForFence(thread)
  assertFence(fence)
  if (TRACED) trace(thread, Event.WaitBegan, fence, 0)
  if (isToBeEnabled(fence)) enableSignaling(thread, fence)
  const value = spinAndPark(fence)
  if (TRACED) trace(thread, value == 0 ? Event.WaitEnded : Event.WaitSleeps, fence, 0)
  return value
}

/** Tells the issuer the deadline in the thread's `now` words. */
export function setDeadline(thread: i32, fence: i32): void {
  tellDeadline(thread, fence)
  settle(thread)
}

/** Gives the fence's own lock back, and deals with what was put off under it. */
export function unlockFence(thread: i32, fence: i32): void {
  unlockIt(thread, fence)
  keepHeld(thread)
  settle(thread)
}

/** Gives the lock that a token names back, and deals with what was put off under it. */
export function unlockShared(thread: i32, token: i32): void {
  unlockKept(thread, sharedLockWord(token))
  keepHeld(thread)
  settle(thread)
}

/** Gives a reference back; with the last one the fence is released. */
export function dropRef(thread: i32, fence: i32): void {
  assertFence(fence)
  if (!dropRefFrom(fence + Fence.refs, fence)) return
  // The usual case saves the way over the list.
  if (peek(thread + Thread.deferring) != 0 || isLedTo(fence)) putOffFence(thread, fence, FENCE)
  else releaseFence(thread, fence)
  settle(thread)
}

/** After a wait has found the fence complete: waits for its callbacks. */
export function finishWait(thread: i32, fence: i32): void {
  waitForCallbacks(thread, fence)
}

/** The next pending fence of a timeline after `at`, with a reference; NONE at the end (`fence/pending.ts`). */
export function nextPending(thread: i32, timeline: i32, at: i32): i32 {
  const fence = findPending(thread, timeline, at)
  settle(thread)
  return fence
}

/** One of those who have a module's timeline open closes it (`fence/timelines.ts`). */
export function closeModuleTimeline(thread: i32, timeline: i32): void {
  close(thread, timeline)
  settle(thread)
}
