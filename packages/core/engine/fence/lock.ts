/** Which lock guards a fence: its own word, or one its issuer shares among many. */
import { Fence, Flag } from "../layout/fence"
import { Lock } from "../layout/module"
import { Oops } from "../layout/oops"
import { follow } from "../tag"
import { peek } from "../words"

/** Address of the lock word. INLINE_LOCK never changes, so a plain read will do. */
// @inline
export function lockOf(fence: i32): i32 {
  if (peek(fence + Fence.flags) & Flag.InlineLock) return fence + Fence.lock
  return follow(peek(fence + Fence.lock), Oops.DeadLock, fence) + Lock.word
}
