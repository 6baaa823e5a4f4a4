/**
 * Whose fence is it? Names live in the issuer's text, and can be read in a read section only: both functions enter
 * one, and the caller leaves it when it has read.
 * Both functions decide on `ops` alone (P5), and each returns its own name (P6).
 */
import { assertFence, assertReading } from "../check"
import { Fence } from "../layout/fence"
import { Header } from "../layout/header"
import { Text, Timeline } from "../layout/module"
import { Event, Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { readLock } from "../rcu/epoch"
import { follow } from "../tag"
import { trace } from "../trace"
import { load, peek } from "../words"

/** Address of the driver's name; "detached-driver" once the fence is complete and detached. Enters a read section. */
export function driverName(thread: i32, fence: i32): i32 {
  assertFence(fence)
  readLock(thread)
  assertReading(thread, fence)
  // ORDER: observe the text: NONE, or good for the whole section (P5).
  const ops = load(fence + Fence.ops)
  if (ops == Address.None) return Header.detachedDriver
  trace(thread, Event.ReadName, fence, ops)
  return follow(ops, Oops.DeadText, fence) + Text.driverName
}

/** Address of the timeline's name; "signaled-timeline" once the fence is complete and detached. Enters a read section. */
export function timelineName(thread: i32, fence: i32): i32 {
  assertFence(fence)
  readLock(thread)
  assertReading(thread, fence)
  // ORDER: observe: the timeline is there for as long as the text is.
  const ops = load(fence + Fence.ops)
  if (ops == Address.None) return Header.signaledTimeline
  trace(thread, Event.ReadName, fence, ops)
  return follow(peek(fence + Fence.timeline), Oops.DeadTimeline, fence) + Timeline.name
}
