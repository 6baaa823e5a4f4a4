/**
 * Test-and-set: whoever waits claims again and again. Each claim takes the line away from the holder, who needs it to give
 * the lock back: the more wait, the longer it takes. The oldest lock there is, and the measure for all that wait better.
 */
import { Thread } from "../../layout/thread"
import { compareExchange, peek, relax } from "../../words"
import { assertLockable } from "../owner-word"
import { assertWaitable } from "../spinning"
import { FREE } from "../word"

export {
  assertLockWord,
  breakDead,
  destroy,
  holds,
  isSettled,
  isTaken,
  ownerOf,
  release,
  sleepWhileHeld,
  tryAcquire,
} from "../owner-word"

// @inline
export function acquire(thread: i32, word: i32): void {
  const me = peek(thread + Thread.id)
  // ORDER: claim: one thread finds FREE (L1). The loser waits in the slow half.
  if (compareExchange(word, FREE, me) != FREE) acquireSlow(word, me)
}

function acquireSlow(word: i32, me: i32): void {
  assertLockable(word, me)
  for (let round = 1; ; round++) {
    // ORDER: claim: as in `acquire` (L1).
    const seen = compareExchange(word, FREE, me)
    if (seen == FREE) return
    assertWaitable(word, seen, me, round)
    relax()
  }
}
