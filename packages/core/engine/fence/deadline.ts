/** Telling the issuer by when somebody would like a fence to be complete. */
import { assertFence } from "../check"
import { Op } from "../layout/module"
import { Thread } from "../layout/thread"
import { readLock, readUnlock } from "../rcu/epoch"
import { peek, poke } from "../words"
import { passDeadlineOn } from "./kinds"
import { NO_OP, callIssuer, opOf } from "./ops"
import { isSignaled } from "./poll"
import { hasSignaled } from "./signal"

/** The deadline is in the thread's `now` words. Nothing happens when the issuer does not care or the fence is complete. */
export function setDeadline(thread: i32, fence: i32): void {
  assertFence(fence)
  if (hasSignaled(fence) || passDeadlineOn(thread, fence)) return
  readLock(thread)
  const op = opOf(thread, fence, Op.SetDeadline)
  if (op != NO_OP) {
    const lo = peek(thread + Thread.nowLo)
    const hi = peek(thread + Thread.nowHi)
    if (!isSignaled(thread, fence)) {
      poke(thread + Thread.nowLo, lo)
      poke(thread + Thread.nowHi, hi)
      callIssuer(thread, fence, op)
    }
  }
  readUnlock(thread)
}

/** The same at a given time: asking a fence may signal another, and so overwrite the thread's `now` words. */
export function setDeadlineAt(thread: i32, fence: i32, lo: i32, hi: i32): void {
  poke(thread + Thread.nowLo, lo)
  poke(thread + Thread.nowHi, hi)
  setDeadline(thread, fence)
}
