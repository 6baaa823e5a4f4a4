/**
 * Waiting, as a part of the order of locks (checked flavour): a grace period waits for every read section, a fence for
 * every signaling section. Each is told before it waits, with both places where there are two.
 */
import * as host from "../host"
import { Header } from "../layout/header"
import { LockClass } from "../layout/lock-order"
import { Oops } from "../layout/oops"
import { Thread } from "../layout/thread"
import { peek } from "../words"
import { checkOrder, classHeld } from "./order"
import { mightWait } from "./signaling"

/** About to wait for a grace period: what is held must never be taken inside a read section. */
export function mightSynchronize(thread: i32): void {
  if (CHECKED) {
    // Inside a section it waits for itself, which is told elsewhere.
    if (peek(Header.lockOrder) == 0 || peek(thread + Thread.nesting) != 0) return
    checkOrder(thread, LockClass.GracePeriod)
  }
}

/** About to wait for all that was retired or deferred: under no lock, for what is dealt with may want any. */
export function mightBarrier(thread: i32): void {
  if (CHECKED) {
    if (peek(Header.lockOrder) == 0) return
    if (peek(thread + Thread.heldCount) != 0) host.oops(Oops.BarrierUnderLock, thread, classHeld(thread), 0)
    mightSynchronize(thread)
  }
}

/** About to wait for something that others do while they hold locks: not inside a read section, nor a signaling section. */
export function mightWaitForFence(thread: i32): void {
  if (CHECKED) {
    assertMayWait(thread)
    mightWait(thread)
  }
}

/** A thread that waits in a read section holds up every grace period, and so may wait for itself. */
export function assertMayWait(thread: i32): void {
  if (CHECKED) {
    if (peek(Header.lockOrder) == 0 || peek(thread + Thread.nesting) == 0) return
    host.oops(Oops.WaitInSection, thread, 0, 0)
  }
}
