/** Finding an issuer's op. Inside a read section: that is what keeps its text. */
import { assertReading } from "../check"
import { holdWork, resumeWork } from "../deferral"
import * as host from "../host"
import { Fence, Flag } from "../layout/fence"
import { Text } from "../layout/module"
import { Event, Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { readLock, readUnlock } from "../rcu/epoch"
import { follow } from "../tag"
import { trace } from "../trace"
import { load, peek } from "../words"
import { askContainer } from "./kinds"

/** "The issuer has no such op, or the fence has been detached from it." */
export const NO_OP: i32 = -1

/** The number under which this thread's host knows the issuer's op; NO_OP if there is none. An oops if the text has gone. */
export function opOf(thread: i32, fence: i32, op: i32): i32 {
  assertReading(thread, fence)
  // ORDER: observe the text. Decides on the pointer alone: NONE, or good for the whole section (P5).
  const ops = load(fence + Fence.ops)
  if (ops == Address.None) return NO_OP
  const text = follow(ops, Oops.DeadText, fence)
  if ((peek(text + Text.opsMask) & (1 << op)) == 0) return NO_OP
  return (peek(text + Text.loadId) << 3) | op
}

/** Asks the issuer in a read section: what its function answers, or `otherwise` if it has none. */
export function askIssuer(thread: i32, fence: i32, op: i32, otherwise: i32): i32 {
  if (peek(fence + Fence.flags) & Flag.Container) return askContainer(thread, fence, op)
  readLock(thread)
  const number = opOf(thread, fence, op)
  const answer = number == NO_OP ? otherwise : callIssuer(thread, fence, number)
  readUnlock(thread)
  return answer
}

/** Calls an issuer's function in a read section. A lock may be held, so what the function puts off waits for whoever asked. */
export function callIssuer(thread: i32, fence: i32, number: i32): i32 {
  if (CHECKED) trace(thread, Event.CalledOp, fence, peek(fence + Fence.ops))
  holdWork(thread)
  const answer = host.call(number, fence)
  resumeWork(thread)
  return answer
}
