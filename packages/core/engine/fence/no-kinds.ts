/** `kinds.ts` of a build without families: every fence is an issuer's. Anything else comes of damage, and is an oops. */
import * as host from "../host"
import { Fence, Flag } from "../layout/fence"
import { Oops } from "../layout/oops"
import { peek } from "../words"

export function askContainer(_thread: i32, fence: i32, _op: i32, _held: i32): i32 {
  host.oops(Oops.NoFamily, fence, 0, 0)
  return 0
}

/** PLAIN: the bits that say what a fence is never change. */
export function passDeadlineOn(_thread: i32, fence: i32): bool {
  if (peek(fence + Fence.flags) & (Flag.Container | Flag.Soft | Flag.Job)) host.oops(Oops.NoFamily, fence, 0, 0)
  return false
}
