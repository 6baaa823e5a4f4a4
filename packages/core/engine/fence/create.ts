/** New fences: from a timeline, and stubs that were always signaled. */
import { clear } from "../clear"
import { Fence, Flag } from "../layout/fence"
import { Header, Lifetime } from "../layout/header"
import { Timeline } from "../layout/module"
import { Event, Oops } from "../layout/oops"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import * as host from "../host"
import { addLockRef } from "../issuer/shared-lock"
import { lives } from "../lifetime"
import { addModuleRef, lockModules, unlockModules } from "../modules"
import { take } from "../pool"
import { tagged } from "../tag"
import { trace } from "../trace"
import { add, peek, poke } from "../words"

/** A fence with the timeline's next seqno and one reference, the caller's. NONE when the heap is full. */
export function createFence(thread: i32, timeline: i32): i32 {
  if (peek(timeline + Timeline.fenceFlags) & Flag.Seqno64) return createFence64(thread, timeline)
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  // ORDER: claim: each fence gets a number of its own.
  return initialize(thread, fence, timeline, (add(timeline + Timeline.seqno, 1) + 1) | 0, 0)
}

function createFence64(thread: i32, timeline: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  lockModules(thread)
  const lo = (peek(timeline + Timeline.seqno) + 1) | 0
  if (lo == 0) poke(timeline + Timeline.seqnoHi, peek(timeline + Timeline.seqnoHi) + 1)
  poke(timeline + Timeline.seqno, lo)
  const hi = peek(timeline + Timeline.seqnoHi)
  unlockModules(thread)
  return initialize(thread, fence, timeline, lo, hi)
}

/** The same with a seqno of the caller's choice. */
export function createFenceAt(thread: i32, timeline: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  return initialize(thread, fence, timeline, seqnoLo, seqnoHi)
}

/**
 * PLAIN throughout: nobody else knows the record yet; whoever shares its address publishes all this. The reference comes last:
 * who looks for the timeline's fences (`nextPending`), or has guessed a token, takes none that is half made.
 */
function initialize(thread: i32, fence: i32, timeline: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  const flags = peek(timeline + Timeline.fenceFlags)
  const text = peek(timeline + Timeline.text)
  if (CHECKED && text == -559038737) host.oops(Oops.DeadTimeline, fence, timeline, 0)
  poke(fence + Fence.first, Address.None)
  poke(fence + Fence.last, Address.None)
  poke(fence + Fence.flags, flags)
  poke(fence + Fence.lock, peek(timeline + Timeline.lock))
  poke(fence + Fence.ops, text)
  poke(fence + Fence.contextLo, peek(timeline + Timeline.contextLo))
  poke(fence + Fence.contextHi, peek(timeline + Timeline.contextHi))
  poke(fence + Fence.seqnoLo, seqnoLo)
  poke(fence + Fence.seqnoHi, seqnoHi)
  poke(fence + Fence.error, 0)
  poke(fence + Fence.user, 0)
  if (holdsLock(flags)) addLockRef(peek(fence + Fence.lock))
  if (pinsModule(flags)) addModuleRef(peek(timeline + Timeline.module))
  poke(fence + Fence.timeline, tagged(timeline))
  poke(fence + Fence.refs, 1)
  trace(thread, Event.Created, fence, text)
  return fence
}

/** Whether a fence with these flags holds a reference on the lock that it borrows. A soft timeline is no issuer that could go: its points do in every heap. */
// @inline
export function holdsLock(flags: i32): bool {
  return (flags & Flag.InlineLock) == 0 && (lives(Lifetime.CountsLocks) || (flags & Flag.Soft) != 0)
}

/** Whether a fence with these flags holds a reference on its module. */
// @inline
export function pinsModule(flags: i32): bool {
  return (flags & Flag.KeepsOps) != 0 && lives(Lifetime.Pins)
}

/** A fence of no issuer that was signaled at the time in the thread's `now` words. NONE when the heap is full. */
export function createStub(thread: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  initializeStub(fence)
  poke(fence + Fence.timeLo, peek(thread + Thread.nowLo))
  poke(fence + Fence.timeHi, peek(thread + Thread.nowHi))
  poke(fence + Fence.flags, peek(fence + Fence.flags) | Flag.Timestamp)
  return fence
}

/** Makes a record a signaled fence of context 0 without ops. */
export function initializeStub(fence: i32): void {
  clear(fence, Fence.first, Fence.freedBy)
  poke(fence + Fence.flags, Flag.Initialized | Flag.InlineLock | Flag.Signaled)
  poke(fence + Fence.refs, 1)
}

/** The one stub of this heap; add a reference to keep it. */
export function stub(): i32 {
  return Header.stub
}
