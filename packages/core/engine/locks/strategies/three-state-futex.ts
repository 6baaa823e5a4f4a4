/**
 * The three-state futex mutex (Drepper 2011, "Futexes Are Tricky", mutex2): no spinning, a waiter sleeps at once. The best
 * where threads outnumber cores, the worst where they do not: a park and a wake cost some 45 µs, a look 0.1.
 */
import { Thread } from "../../layout/thread"
import { compareExchange, peek } from "../../words"
import { assertLockable } from "../owner-word"
import { lockMutexSlow } from "../mutex"
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
  lockMutexSlow(word, me)
}
