/** `action-kinds.ts` of a build with less: every callback is a user's. Anything else comes of damage, and is an oops. */
import * as host from "./host"
import { Oops } from "./layout/oops"

export function actOfKind(_thread: i32, node: i32, _action: i32): void {
  host.oops(Oops.NoFamily, node, 0, 0)
}
