/** Telling the issuer by when somebody would like a fence to be complete. */
import { assertFence } from "../check"
import * as host from "../host"
import { Op } from "../layout/module"
import { readLock, readUnlock } from "../rcu/epoch"
import { NO_OP, opOf } from "./ops"
import { isSignaled } from "./poll"

/** The deadline is in the thread's `now` words. Nothing happens when the issuer does not care or the fence is complete. */
export function setDeadline(thread: i32, fence: i32): void {
  assertFence(fence)
  readLock(thread)
  const op = opOf(thread, fence, Op.SetDeadline)
  if (op != NO_OP && !isSignaled(thread, fence)) host.call(op, fence)
  readUnlock(thread)
}
