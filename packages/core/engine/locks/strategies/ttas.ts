/**
 * Test-and-test-and-set (Rudolph & Segall 1984): whoever waits only looks, which needs no more than a shared copy of the
 * line, and claims when it has seen the lock free. All who wait see that at once, and claim at once.
 */
import { Thread } from "../../layout/thread"
import { compareExchange, load, peek, relax } from "../../words"
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
    // ORDER: observe: a hint; the claim decides.
    const seen = load(word)
    // ORDER: claim: as in `acquire` (L1).
    if (seen == FREE && compareExchange(word, FREE, me) == FREE) return
    assertWaitable(word, seen, me, round)
    relax()
  }
}
