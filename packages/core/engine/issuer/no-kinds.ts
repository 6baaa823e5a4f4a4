/** `kinds.ts` of a build with less: timelines have a lock of their own or none, and no slab. Anything else comes of damage, and is an oops. */
import * as host from "../host"
import { Oops } from "../layout/oops"

export function borrowLock(_thread: i32, token: i32): void {
  host.oops(Oops.NoFamily, token, 0, 0)
}
export function countSlabs(_module: i32): i32 {
  return 0
}
