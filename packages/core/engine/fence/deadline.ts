/** Telling the issuer by when somebody would like a fence to be complete. */
import { assertFence } from "../check"
import * as host from "../host"
import { Op } from "../layout/module"
import { readLock, readUnlock } from "../rcu/epoch"
import { CONTAINER } from "../composite/ops"
import { setPointDeadline } from "../composite/soft-timeline"
import { Fence, Flag } from "../layout/fence"
import { Thread } from "../layout/thread"
import { peek, poke } from "../words"
import { setJobDeadline } from "../scheduler/fences"
import { NO_OP, askIssuer, opOf } from "./ops"
import { isSignaled } from "./poll"
import { hasSignaled } from "./signal"
import { settle } from "./work"

/** The deadline is in the thread's `now` words. Nothing happens when the issuer does not care or the fence is complete. */
export function setDeadline(thread: i32, fence: i32): void {
  assertFence(fence)
  if (peek(fence + Fence.flags) & CONTAINER) {
    if (!hasSignaled(fence)) askIssuer(thread, fence, Op.SetDeadline, 0)
    settle(thread)
    return
  }
  if (peek(fence + Fence.flags) & Flag.Soft) return setPointDeadline(thread, fence)
  if (peek(fence + Fence.flags) & Flag.Job) return setJobDeadline(thread, fence)
  readLock(thread)
  const op = opOf(thread, fence, Op.SetDeadline)
  if (op != NO_OP) {
    const lo = peek(thread + Thread.nowLo)
    const hi = peek(thread + Thread.nowHi)
    if (!isSignaled(thread, fence)) {
      poke(thread + Thread.nowLo, lo)
      poke(thread + Thread.nowHi, hi)
      host.call(op, fence)
    }
  }
  readUnlock(thread)
  settle(thread)
}

/** The same at a given time: asking a fence may signal another, and so overwrite the thread's `now` words. */
export function setDeadlineAt(thread: i32, fence: i32, lo: i32, hi: i32): void {
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
  setDeadline(thread, fence)
}
