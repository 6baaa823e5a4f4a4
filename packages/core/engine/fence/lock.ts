/** Which lock guards a fence: its own word, or one its issuer shares among many. */
import { Fence, Flag } from "../layout/fence"
import { Lock } from "../layout/module"
import { Oops } from "../layout/oops"
import { follow, isAlive } from "../tag"
import { peek } from "../words"

/** Address of the lock word. INLINE_LOCK never changes, so a plain read will do. */
// @inline
export function lockOf(fence: i32): i32 {
  if (peek(fence + Fence.flags) & Flag.InlineLock) return fence + Fence.lock
  return follow(peek(fence + Fence.lock), Oops.DeadLock, fence) + Lock.word
}

/**
 * Whether the fence's lock went with its module (where locks dangle): then nothing of it can be guarded any more. After 32 lives of
 * the lock's record it is not told: the tag repeats.
 */
export function isLockDead(fence: i32): bool {
  return (peek(fence + Fence.flags) & Flag.InlineLock) == 0 && !isAlive(peek(fence + Fence.lock))
}
