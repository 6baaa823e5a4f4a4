/**
 * Test-and-test-and-set with bounded exponential backoff (Anderson 1990): who has met others stands aside for a while, the
 * longer the more often it did. So not all claim at once, and whoever comes next may well be the last holder again.
 */
import { standAside } from "../../backoff"
import { Thread } from "../../layout/thread"
import { compareExchange, load, peek } from "../../words"
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

/** About a third of a microsecond in WebAssembly: several sections under a lock. */
const LONGEST: i32 = 1024

// @inline
export function acquire(thread: i32, word: i32): void {
  const me = peek(thread + Thread.id)
  // ORDER: claim: one thread finds FREE (L1). The loser waits in the slow half.
  if (compareExchange(word, FREE, me) != FREE) acquireSlow(word, me)
}

function acquireSlow(word: i32, me: i32): void {
  assertLockable(word, me)
  let pause = 1
  for (let round = 1; ; round++) {
    standAside(pause)
    // ORDER: observe: a hint; the claim decides.
    const seen = load(word)
    // ORDER: claim: as in `acquire` (L1).
    if (seen == FREE && compareExchange(word, FREE, me) == FREE) return
    if (pause < LONGEST) pause <<= 1
    assertWaitable(word, seen, me, round)
  }
}
