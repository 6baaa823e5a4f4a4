/** A fence whose lock a dead thread holds: what it was doing to it is finished, in its name. */
import { COUNTING, act, resumeCount } from "../actions"
import { isPutOff, putOffOwn } from "../deferral"
import { ArrayBody, Arming } from "../layout/body"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Families } from "../layout/header"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { isLinkedLocked, repairLocked } from "../list"
import { load, peek, poke, store, wake } from "../words"
import { bodyOf, breakOffArming, recountArming, recountArray } from "../families"
import { isCallbackOf } from "../fence/callbacks"
import { disableLocked } from "../fence/enable"
import { dropRef } from "../fence/references"
import { runCallbacks } from "../fence/signal"

const EVERYONE: i32 = 0x7fffffff

/**
 * `Thread.running` is the list that the dead thread had taken, or was about to take, off the one fence it was completing:
 * before SIGNALED it goes back, after SIGNALED it runs.
 */
export function finishFence(dead: i32, fence: i32): void {
  const running = peek(dead + Thread.running)
  const isItsFence = running != Address.None && peek(running + Callback.fence) == fence
  // ORDER: observe: SIGNALED says whether the words of the union are a list or a timestamp.
  const flags = load(fence + Fence.flags)
  if ((flags & Flag.Signaled) == 0) {
    if (isItsFence) poke(fence + Fence.first, running)
    else if (!isListThere(fence)) poke(fence + Fence.first, Address.None)
    repairLocked(fence)
  } else {
    // ORDER: publish what `complete` does after SIGNALED; doing it twice does no harm.
    if ((flags & Flag.KeepsOps) == 0) store(fence + Fence.ops, Address.None)
    if (flags & Flag.Parked) wake(fence + Fence.flags, EVERYONE)
    finishCallback(dead, fence)
    if (isItsFence) runCallbacks(dead, running)
  }
  if (isItsFence) poke(dead + Thread.running, Address.None)
  if (FAMILIES == Families.All) finishArming(dead, fence)
}

/**
 * Whether a pending fence's list is in its words. DEATH: a fence without callbacks is completed without a note of its list:
 * the time may be there already, and SIGNALED not yet. What is first on a list names the fence; a time does not.
 */
function isListThere(fence: i32): bool {
  return isCallbackOf(fence, peek(fence + Fence.first))
}

/**
 * An array that it was arming, or had just said to arm, is left as after a failure: what hangs, hangs, and the next asker
 * goes on. For links of chains see `composite/chain-repair.ts`.
 */
function finishArming(dead: i32, fence: i32): void {
  // ORDER: observe: the bits change only under the lock, which the dead thread holds.
  const flags = load(fence + Fence.flags)
  if ((flags & Flag.Array) == 0 || (flags & Flag.Signaled) != 0 || (flags & Flag.Enabled) == 0) return
  const arming = bodyOf(fence) + ArrayBody.arming
  if (peek(arming) == Arming.UnderWay) recountArming(fence)
  const isBrokenOff = breakOffArming(fence)
  if (peek(arming) == Arming.Fully) return
  disableLocked(fence)
  if (isBrokenOff) dropRef(dead, fence)
}

/** The callback that the dead thread was running: again, if it had not begun, or if it can be seen that it was not done. */
function finishCallback(dead: i32, fence: i32): void {
  const node = peek(dead + Thread.acting) & ~COUNTING
  if (node == Address.None || node == peek(dead + Thread.running) || peek(node + Callback.fence) != fence) return
  const code = peek(node + Callback.code)
  if (code == Action.AddToCell) {
    poke(node + Callback.previous, Unlinked.Mark)
    resumeCount(dead)
    return
  }
  poke(dead + Thread.acting, Address.None)
  // What it had put off is done with the rest of that.
  // It was counted: whether off the count, too, cannot be told. Not counted: it is to be.
  const isThere = isPutOff(dead, node)
  if (FAMILIES == Families.All && code == Action.Counted) {
    if (!isThere && recountArray(dead, node)) putOffOwn(dead, node)
    return
  }
  // Members, links, dependencies, jobs.
  const isWork =
    FAMILIES == Families.All &&
    ((code >= Action.ArrayMember && code <= Action.JobDone) || code == Action.DependencySeen)
  if (!isLinkedLocked(node) && (!isWork || isThere)) return
  poke(node + Callback.previous, Unlinked.Mark)
  act(dead, node)
}
