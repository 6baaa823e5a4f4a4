/** Finding an issuer's op. Inside a read section: that is what keeps its text. */
import { assertReading } from "../check"
import { Fence } from "../layout/fence"
import { Text } from "../layout/module"
import { Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { follow } from "../tag"
import { load, peek } from "../words"

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
