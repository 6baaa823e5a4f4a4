/**
 * A `FenceChain`: a link for each point of a timeline, from the newest back. A link is complete when its own fence and
 * all links before it are. Links whose fence is complete are taken out by whoever walks over them.
 *
 * Whoever holds a link holds all before it; so a link that nobody holds gives up the one before, which may be held by
 * nobody then, and so on. Each release is put off (`work.ts`), for a chain may be a hundred thousand links long.
 */
import { assertSteps } from "../bound"
import { allocateContext } from "../contexts"
import { Armed } from "../layout/answer"
import { Action, Callback } from "../layout/callback"
import { Arming, Body, ChainBody } from "../layout/body"
import { Fence, Flag } from "../layout/fence"
import { Header } from "../layout/header"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { hasGivenUp } from "../locks/impatient"
import { readLock, readUnlock } from "../rcu/epoch"
import { retire } from "../rcu/retire"
import { compareExchange, exchange, peek, poke } from "../words"
import { isWideAbove } from "../wide"
import { hang, hangAgain } from "../fence/callbacks"
import { setDeadlineAt } from "../fence/deadline"
import { isSignaled } from "../fence/poll"
import { disable, enableSignaling } from "../fence/enable"
import { addRef, dropRef, tryAddRef, tryAddRefAt } from "../fence/references"
import { hasSignaled, trySignal } from "../fence/signal"
import { bodyOf, createContainer } from "./container"

/** `findSeqno`'s answer for a point that the chain has not reached. */
export const BEYOND: i32 = -1

/**
 * A new link after `previous` (or NONE), which takes over the caller's references on both. On a link of lower seqno it
 * continues that one's context; otherwise it begins one, and its seqno does not fall below. NONE when the heap is full.
 */
export function createChain(thread: i32, previous: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  const chain = createContainer(thread, Flag.Chain, Header.chainText, Action.ChainLink)
  if (chain == Address.None) return Address.None
  const body = bodyOf(chain)
  poke(body + ChainBody.previous, previous)
  poke(body + ChainBody.fence, fence)
  poke(body + ChainBody.previousSeqnoLo, 0)
  poke(body + ChainBody.previousSeqnoHi, 0)
  poke(body + ChainBody.arming, Arming.Never)
  let lo = seqnoLo
  let hi = seqnoHi
  const follows = previous != Address.None && isChain(previous)
  if (follows && isWideAbove(lo, hi, peek(previous + Fence.seqnoLo), peek(previous + Fence.seqnoHi))) {
    poke(chain + Fence.contextLo, peek(previous + Fence.contextLo))
    poke(chain + Fence.contextHi, peek(previous + Fence.contextHi))
    poke(body + ChainBody.previousSeqnoLo, peek(previous + Fence.seqnoLo))
    poke(body + ChainBody.previousSeqnoHi, peek(previous + Fence.seqnoHi))
  } else {
    allocateContext(thread, chain)
    if (follows) {
      lo = peek(previous + Fence.seqnoLo)
      hi = peek(previous + Fence.seqnoHi)
    }
  }
  poke(chain + Fence.seqnoLo, lo)
  poke(chain + Fence.seqnoHi, hi)
  return chain
}

/** PLAIN: the bits that say what a fence is never change. */
// @inline
export function isChain(fence: i32): bool {
  return (peek(fence + Fence.flags) & Flag.Chain) != 0
}

/** The fence that a link adds; for any other fence, itself. The caller's reference keeps it. */
// @inline
export function containedFence(fence: i32): i32 {
  return isChain(fence) ? peek(bodyOf(fence) + ChainBody.fence) : fence
}

/**
 * Takes over a reference on a fence, and returns the link before it that is pending, with a reference; NONE at the
 * end. Links in between that are complete are taken out.
 */
export function walkChain(thread: i32, fence: i32): i32 {
  if (!isChain(fence)) {
    dropRef(thread, fence)
    return Address.None
  }
  const slot = bodyOf(fence) + ChainBody.previous
  let previous: i32 = Address.None
  let steps = 0
  while (true) {
    assertSteps(++steps, Kind.Fence, fence)
    previous = tryAddRefAt(thread, slot)
    if (previous == Address.None) break
    let replacement: i32 = Address.None
    if (isChain(previous)) {
      if (!isSignaled(thread, peek(bodyOf(previous) + ChainBody.fence))) break
      replacement = tryAddRefAt(thread, bodyOf(previous) + ChainBody.previous)
    } else if (!isSignaled(thread, previous)) break
    collectLink(thread, slot, previous, replacement)
    dropRef(thread, previous)
  }
  dropRef(thread, fence)
  return previous
}

/** Lets `slot` point to `replacement` instead of to a complete link; takes over the reference on `replacement`. */
function collectLink(thread: i32, slot: i32, complete: i32, replacement: i32): void {
  // ORDER: claim: one walker takes this link out and owns the slot's reference on it; the others have nothing to do but
  // to drop the replacement they brought, and look again.
  const found = compareExchange(slot, complete, replacement)
  if (found == complete) dropRef(thread, complete)
  else if (replacement != Address.None) dropRef(thread, replacement)
}

/**
 * Takes over a reference on the newest link, and returns the link on which everything up to this point depends, with a
 * reference: NONE when all that is complete, BEYOND (and the reference not taken) when the chain ends before it.
 */
export function findSeqno(thread: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  if (seqnoLo == 0 && seqnoHi == 0) return fence
  if (!isChain(fence)) return BEYOND
  if (isWideAbove(seqnoLo, seqnoHi, peek(fence + Fence.seqnoLo), peek(fence + Fence.seqnoHi))) return BEYOND
  const contextLo = peek(fence + Fence.contextLo)
  const contextHi = peek(fence + Fence.contextHi)
  let at = fence
  let steps = 0
  while (at != Address.None && isChain(at)) {
    assertSteps(++steps, Kind.Fence, fence)
    if (peek(at + Fence.contextLo) != contextLo || peek(at + Fence.contextHi) != contextHi) break
    const body = bodyOf(at)
    if (isWideAbove(seqnoLo, seqnoHi, peek(body + ChainBody.previousSeqnoLo), peek(body + ChainBody.previousSeqnoHi)))
      break
    at = walkChain(thread, at)
  }
  return at
}

/** Under the link's lock: listens to the first fence from here back that is pending. An `Armed`. */
export function enableChain(thread: i32, chain: i32): i32 {
  const body = bodyOf(chain)
  if (peek(body + ChainBody.arming) == Arming.Fully) return enableAgain(thread, body + Body.node)
  addRef(chain)
  poke(body + ChainBody.arming, Arming.UnderWay)
  const armed = arm(thread, chain, Way.First)
  poke(body + ChainBody.arming, armed == Armed.Pending ? Arming.Fully : Arming.Never)
  if (armed != Armed.Pending) dropRef(thread, chain)
  return armed
}

/** The link listens already, to a fence whose issuer could not be asked: asks again. */
function enableAgain(thread: i32, node: i32): i32 {
  readLock(thread)
  // PLAIN: whoever completes that fence may be writing the next one; either stays as memory for this section.
  const fence = peek(node + Callback.fence)
  const held = tryAddRef(thread, fence) != 0
  readUnlock(thread)
  // On its way out: so it was complete, and whoever completed it sees to the next.
  if (!held) return Armed.Pending
  const armed = enableSignaling(thread, fence)
  dropRef(thread, fence)
  return armed == Armed.NotArmed ? Armed.NotArmed : Armed.Pending
}

/** How a link comes to hang its callback. */
const enum Way {
  First,
  /** What it hung on is complete. */
  Next,
  /** And the issuer of the next has failed to be asked. */
  Anyway,
}

/**
 * Hangs the link's own callback on the first pending fence from here back: an `Armed`. For `Anyway` see `hangAgain`. What is
 * before the link is kept by the links in between while it is pending, and by a section when it is not: so nothing is in our
 * hands while an issuer is asked.
 */
function arm(thread: i32, chain: i32, way: i32): i32 {
  const node = bodyOf(chain) + Body.node
  let at = chain
  let steps = 0
  while (at != Address.None) {
    assertSteps(++steps, Kind.Fence, chain)
    readLock(thread)
    const fence = containedFence(at)
    if (at != chain) dropRef(thread, at)
    const armed =
      way != Way.First && !hasSignaled(fence)
        ? hangAgain(thread, fence, node, way == Way.Anyway)
        : hang(thread, fence, node)
    readUnlock(thread)
    if (armed != Armed.Complete) return armed
    addRef(chain)
    at = walkChain(thread, chain)
  }
  return Armed.Complete
}

/** The fence that a link was listening to is complete: listens to the next, or signals. False if a lock was busy. */
export function advanceChain(thread: i32, owner: i32, chain: i32): bool {
  let armed = arm(thread, chain, Way.Next)
  // Its issuer has failed to be asked: it listens all the same.
  if (armed == Armed.NotArmed && !hasGivenUp(thread)) armed = arm(thread, chain, Way.Anyway)
  // A lock was busy, and nothing hangs: who came back for it while it hung would be two who go on with one link.
  if (armed == Armed.NotArmed) return false
  // Whoever asks for the link next asks that issuer again.
  if (armed == Armed.Deaf) disable(thread, chain)
  if (armed != Armed.Complete) {
    poke(owner + Thread.working, Address.None)
    return true
  }
  if (!trySignal(thread, chain)) return false
  poke(owner + Thread.working, Address.None)
  dropRef(thread, chain)
  return true
}

/** Whether every fence from here back is complete. May ask issuers. */
export function pollChain(thread: i32, chain: i32): i32 {
  addRef(chain)
  let at = chain
  let steps = 0
  while (at != Address.None) {
    assertSteps(++steps, Kind.Fence, chain)
    if (!isSignaled(thread, containedFence(at))) {
      dropRef(thread, at)
      return 0
    }
    at = walkChain(thread, at)
  }
  return 1
}

/** Passes a deadline on to every fence from here back. */
export function deadlineOfChain(thread: i32, chain: i32): void {
  const lo = peek(thread + Thread.nowLo)
  const hi = peek(thread + Thread.nowHi)
  addRef(chain)
  let steps = 0
  for (let at = chain; at != Address.None; at = walkChain(thread, at)) {
    assertSteps(++steps, Kind.Fence, chain)
    setDeadlineAt(thread, containedFence(at), lo, hi)
  }
}

/** Gives up what a link holds. */
export function releaseChain(thread: i32, chain: i32): void {
  const body = bodyOf(chain)
  const fence = peek(body + ChainBody.fence)
  // ORDER: claim: nobody holds the link, so nobody collects from its slot any more; whoever did is behind us.
  const previous = exchange(body + ChainBody.previous, Address.None)
  retire(thread, body)
  dropRef(thread, fence)
  if (previous != Address.None) dropRef(thread, previous)
}
