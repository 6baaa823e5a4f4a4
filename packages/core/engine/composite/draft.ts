/**
 * A list of fences on its way to become one fence: an array, or what a merge comes to.
 *
 * Each fence hangs on the very record that the array will listen with, so an array that could be made can be armed.
 */
import { clear } from "../clear"
import { assertSteps } from "../bound"
import { Body, Draft } from "../layout/body"
import { Callback } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { give, take } from "../pool"
import { peek, poke } from "../words"
import { isWideAbove } from "../wide"
import { isSignaled } from "../fence/poll"
import { addRef, dropRef } from "../fence/references"
import { firstMember, memberFence, nextMember } from "./array"
import { containedFence, walkChain } from "./chain"

/** An empty list; NONE when the heap is full. PLAIN throughout this file: a draft is its thread's own. */
export function createDraft(thread: i32): i32 {
  const draft = take(thread, Kind.Body)
  if (draft == Address.None) return Address.None
  clear(draft, Draft.first, Body.node)
  return draft
}

/** Appends a fence and takes over the caller's reference: 1, or 0 (and no reference taken) when the heap is full. */
export function addToDraft(thread: i32, draft: i32, fence: i32): i32 {
  const node = take(thread, Kind.Callback)
  if (node == Address.None) return 0
  poke(node + Callback.fence, fence)
  poke(node + Callback.sibling, Address.None)
  const last = peek(draft + Draft.last)
  if (last == Address.None) poke(draft + Draft.first, node)
  else poke(last + Callback.sibling, node)
  poke(draft + Draft.last, node)
  poke(draft + Draft.count, peek(draft + Draft.count) + 1)
  return 1
}

/**
 * Appends every fence that this one is made of and that is pending, each with a reference of the draft's own; of the
 * complete ones it keeps the latest time. 1, or 0 when the heap is full: discard the draft then.
 */
export function addLeaves(thread: i32, draft: i32, fence: i32): i32 {
  addRef(fence)
  let complete = 1
  let steps = 0
  // Walks on to the end in any case: that is what gives the reference back.
  for (let at = fence; at != Address.None; at = walkChain(thread, at)) {
    assertSteps(++steps, Kind.Fence, fence)
    const contained = containedFence(at)
    if (complete == 0) continue
    if ((peek(contained + Fence.flags) & Flag.Array) == 0) complete = addLeaf(thread, draft, contained)
    else complete = addMembers(thread, draft, contained)
  }
  return complete
}

function addMembers(thread: i32, draft: i32, array: i32): i32 {
  let complete = 1
  let steps = 0
  for (let node = firstMember(array); node != Address.None && complete != 0; node = nextMember(node)) {
    assertSteps(++steps, Kind.Callback, array)
    complete = addLeaf(thread, draft, memberFence(node))
  }
  return complete
}

function addLeaf(thread: i32, draft: i32, leaf: i32): i32 {
  if (isSignaled(thread, leaf)) {
    noteTime(draft, leaf)
    return 1
  }
  addRef(leaf)
  if (addToDraft(thread, draft, leaf)) return 1
  dropRef(thread, leaf)
  return 0
}

/** Keeps the latest time of a signal. */
function noteTime(draft: i32, leaf: i32): void {
  if ((peek(leaf + Fence.flags) & Flag.Timestamp) == 0) return
  const lo = peek(leaf + Fence.timeLo)
  const hi = peek(leaf + Fence.timeHi)
  if (!isWideAbove(lo, hi, peek(draft + Draft.timeLo), peek(draft + Draft.timeHi))) return
  poke(draft + Draft.timeLo, lo)
  poke(draft + Draft.timeHi, hi)
}

/** Gives up a draft and all that hangs on it. */
export function discardDraft(thread: i32, draft: i32): void {
  let node = peek(draft + Draft.first)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, draft)
    const next = peek(node + Callback.sibling)
    dropNode(thread, node)
    node = next
  }
  give(thread, Kind.Body, draft)
}

/** Gives one record of a draft back, and its reference. */
export function dropNode(thread: i32, node: i32): void {
  const fence = peek(node + Callback.fence)
  give(thread, Kind.Callback, node)
  dropRef(thread, fence)
}
