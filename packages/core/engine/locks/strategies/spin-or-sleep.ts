/**
 * The lock of the package as it is shipped: spin-then-park or the three-state futex, as the heap was made (`lock` of its
 * options). One build has both, for they differ only in how they wait, and only the slow half asks which it is.
 */
import { Header, LockKind } from "../../layout/header"
import { Thread } from "../../layout/thread"
import { compareExchange, peek } from "../../words"
import { lockMutexSlow } from "../mutex"
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
  // Pairs with `release` of `owner-word.ts`: what the last holder wrote before its exchange is readable after ours.
  if (compareExchange(word, FREE, me) != FREE) acquireSlow(word, me)
}

/** Inlined, calls and all: measured, `lock` + `unlock` takes 7.0 ns so, and 9.3 with a call in this place. */
// @inline
function acquireSlow(word: i32, me: i32): void {
  assertLockable(word, me)
  if (peek(Header.lockKind) == LockKind.Spin) lockSpinSlow(word, me)
  else lockMutexSlow(word, me)
}
