/**
 * Whose fence is it? Names live in the issuer's text, and can be read in a read section only: both functions enter
 * one, and the caller leaves it when it has read.
 * Both functions decide on `ops` alone (P5), and each returns its own name (P6).
 */
import { assertFence, assertReading } from "../check"
import { Fence, Flag } from "../layout/fence"
import { Header, Lifetime } from "../layout/header"
import { Text, Timeline } from "../layout/module"
import { Event, Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { lives } from "../lifetime"
import { readLock } from "../rcu/epoch"
import { follow } from "../tag"
import { trace } from "../trace"
import { load, peek } from "../words"

/** The text of whoever may be asked for a name: the timeline is there for as long as it is. NONE: nobody any more. */
function opsToName(fence: i32): i32 {
  // ORDER: observe the text: NONE, or good for the whole section (P5).
  const ops = load(fence + Fence.ops)
  // ORDER: observe: a signaled fence is not asked, for its issuer waits for no more than the sections that began before the signal.
  if (lives(Lifetime.NamesWhilePending) && (load(fence + Fence.flags) & Flag.Signaled) != 0) return Address.None
  return ops
}

/** Address of the driver's name; "detached-driver" once the fence is complete and detached. Enters a read section. */
export function driverName(thread: i32, fence: i32): i32 {
  assertFence(fence)
  readLock(thread)
  assertReading(thread, fence)
  const ops = opsToName(fence)
  if (ops == Address.None) return Header.detachedDriver
  trace(thread, Event.ReadName, fence, ops)
  return follow(ops, Oops.DeadText, fence) + Text.driverName
}

/** Address of the timeline's name; "signaled-timeline" once the fence is complete and detached. Enters a read section. */
export function timelineName(thread: i32, fence: i32): i32 {
  assertFence(fence)
  readLock(thread)
  assertReading(thread, fence)
  const ops = opsToName(fence)
  if (ops == Address.None) return Header.signaledTimeline
  trace(thread, Event.ReadName, fence, ops)
  return follow(peek(fence + Fence.timeline), Oops.DeadTimeline, fence) + Timeline.name
}
