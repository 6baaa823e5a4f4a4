/** What becomes of a draft: an array of all its fences, or one fence that stands for those that are pending. */
import { assertSteps } from "../bound"
import { allocateContext } from "../contexts"
import { ArrayBody, Arming, Draft, Members } from "../layout/body"
import { Action, Callback, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { give, take } from "../pool"
import { peek, poke } from "../words"
import { createStub } from "../fence/create"
import { addRef } from "../fence/references"
import { adopt } from "./container"
import { discardDraft } from "./draft"
import { dedupeDraft, sortDraft } from "./order"

/** Makes an array of a draft, which it becomes, on a context of its own; NONE (the draft stays) when the heap is full. */
export function createArray(thread: i32, draft: i32): i32 {
  const array = take(thread, Kind.Fence)
  if (array == Address.None) return Address.None
  const count = peek(draft + Draft.count)
  adopt(array, draft, Flag.Array, Header.arrayText, Action.ArrayMember)
  allocateContext(thread, array)
  poke(array + Fence.seqnoLo, 1)
  poke(draft + ArrayBody.count, count)
  // From the beginning, not when signaling is enabled: nobody can ever see zero before it is true (F23).
  poke(draft + ArrayBody.pending, count + Members.Guard)
  poke(draft + ArrayBody.arming, Arming.Never)
  let steps = 0
  for (let node = peek(draft + ArrayBody.first); node != Address.None; node = peek(node + Callback.sibling)) {
    assertSteps(++steps, Kind.Callback, draft)
    poke(node + Callback.code, Action.ArrayMember)
    poke(node + Callback.argument, array)
    poke(node + Callback.previous, Unlinked.Mark)
  }
  return array
}

/** Puts an array on a context and at a seqno of its maker's choice, before anybody else knows it. */
export function placeFence(fence: i32, contextLo: i32, contextHi: i32, seqnoLo: i32, seqnoHi: i32): void {
  poke(fence + Fence.contextLo, contextLo)
  poke(fence + Fence.contextHi, contextHi)
  poke(fence + Fence.seqnoLo, seqnoLo)
  poke(fence + Fence.seqnoHi, seqnoHi)
}

/**
 * One fence for a draft of leaves: none pending gives a stub of the latest time, one gives itself, more an array of
 * the latest of each context, in order of context. Uses up the draft; NONE (the draft stays) when the heap is full.
 */
export function mergeDraft(thread: i32, draft: i32): i32 {
  sortDraft(draft)
  dedupeDraft(thread, draft)
  const count = peek(draft + Draft.count)
  if (count > 1) return createArray(thread, draft)
  if (count == 1) {
    const only = peek(peek(draft + Draft.first) + Callback.fence)
    addRef(only)
    discardDraft(thread, draft)
    return only
  }
  const lo = peek(draft + Draft.timeLo)
  const hi = peek(draft + Draft.timeHi)
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
  const fence = createStub(thread)
  if (fence == Address.None) return Address.None
  if ((lo | hi) == 0) poke(fence + Fence.flags, peek(fence + Fence.flags) & ~Flag.Timestamp)
  give(thread, Kind.Body, draft)
  return fence
}
