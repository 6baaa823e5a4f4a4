/**
 * Test-and-test-and-set for about as long as a park costs, and then a park: at most twice as bad as the better of the two,
 * whichever that is (Karlin, Li, Manasse & Owicki 1991). What the package uses unless a heap says otherwise.
 */
import { Thread } from "../../layout/thread"
import { compareExchange, peek } from "../../words"
import { assertLockable } from "../owner-word"
import { lockSpinSlow } from "../spin"
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
  lockSpinSlow(word, me)
}
