/** A new container: a fence of the engine's own, with a body. */
import { clear } from "../clear"
import { ArrayBody, Arming, Body, ChainBody, Members } from "../layout/body"
import { Callback, Holder, Unlinked } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Address, Kind } from "../layout/record"
import { give, take } from "../pool"
import { tagged } from "../tag"
import { load, peek, poke } from "../words"

/** A fence and its body, on no context yet; NONE when the heap is full. It keeps its ops for life, and needs no module for that. */
export function createContainer(thread: i32, kind: i32, text: i32, action: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  const body = take(thread, Kind.Body)
  if (body == Address.None) {
    give(thread, Kind.Fence, fence)
    return Address.None
  }
  adopt(fence, body, kind, text, action)
  return fence
}

/** Makes these two records a container with one reference. PLAIN: nobody else knows them. */
export function adopt(fence: i32, body: i32, kind: i32, text: i32, action: i32): void {
  clear(fence, Fence.first, Fence.freedBy)
  poke(fence + Fence.flags, Flag.Initialized | Flag.InlineLock | Flag.Seqno64 | Flag.KeepsOps | Flag.Polls | kind)
  poke(fence + Fence.ops, tagged(text))
  poke(fence + Fence.timeline, tagged(Header.unbound))
  poke(fence + Fence.user, body)
  const node = body + Body.node
  poke(node + Callback.code, action)
  poke(node + Callback.argument, fence)
  poke(node + Callback.holder, Holder.None)
  poke(node + Callback.previous, Unlinked.Mark)
  poke(fence + Fence.refs, 1)
}

/**
 * Under the container's lock: an operation that was arming it was broken off. True if it was: then it is as after a
 * failure, and the caller drops the reference of the arming and lets the next asker ask.
 */
export function breakOffArming(container: i32): bool {
  const body = bodyOf(container)
  if ((peek(container + Fence.flags) & Flag.Array) == 0) {
    const hung = peek(body + Body.node + Callback.holder) != Holder.None
    return breakOff(body + ChainBody.arming, hung ? Arming.Fully : Arming.Never) && !hung
  }
  // ORDER: observe the guard. Without it all members are listened to already, and the last of them has the reference.
  if (load(body + ArrayBody.pending) & Members.Guard) return breakOff(body + ArrayBody.arming, Arming.Partly)
  poke(body + ArrayBody.arming, Arming.Fully)
  return false
}

function breakOff(word: i32, state: i32): bool {
  if (peek(word) != Arming.UnderWay) return false
  poke(word, state)
  return true
}

/** The body of a container. */
// @inline
export function bodyOf(fence: i32): i32 {
  return peek(fence + Fence.user)
}
