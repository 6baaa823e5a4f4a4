/** Work that a busy lock is in the way of. */
import { isRetried, putLast, putOff, recordOf, releaseOf } from "./deferral"
import * as host from "./host"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { peek, poke } from "./words"

/**
 * A lock was busy, and the operation is impatient: the next one goes on from here, or the end of the turn (turn.ts). A release is for
 * nobody to wait for: it lets all the rest come first, in whatever operation. True if there is such.
 */
export function postpone(thread: i32, owner: i32, item: i32): bool {
  const isRelease = releaseOf(item) != 0
  if (isRelease) putLast(owner, item)
  else putOff(owner, recordOf(item))
  poke(owner + Thread.working, Address.None)
  if (isRelease && !isRetried(item)) return true
  if (peek(thread + Thread.turns) != 0) return false
  poke(thread + Thread.turns, 1)
  host.turn(thread)
  return false
}
