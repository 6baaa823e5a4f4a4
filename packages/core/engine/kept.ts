/**
 * What a caller keeps from one operation to the next, apart from what the operation that is running has open: read
 * sections, fences' locks, work held back. After an oops the first must stand as it stood at the call, and the second must go.
 *
 * Two counts of a thread (`nesting`, `deferring`) have halves: the caller's stands in the upper one, the operation's in
 * the lower one. In the checked flavour `heldKept` says how many of the locks on the stack `held` are the caller's. The locks
 * that are both the engine's and the caller's (a fence's, the modules') are on a list while the caller has them: a word
 * behind each chains it. So are those that the operation holds while it may call an issuer's function, before the caller's: for
 * the length of that function they are its caller's, too. PLAIN throughout: all of it is the thread's own; a lock's words are
 * its holder's.
 */
import { assertStepsOfAny } from "./bound"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { peek, poke } from "./words"

/** One of the caller's, in a count of two halves. */
export const KEPT: i32 = 0x10000
const OPEN: i32 = 0xffff

/** More locks than anybody has at a time. */
const MOST_KEPT: i32 = 0x10000

/** Behind a lock word: `Fence.keptLock`, `Lock.keptLock`, `Header.keptLock`. */
const LINK: i32 = 40

/** The operation's share becomes the caller's: an issuer's function runs, and calls us in its turn. */
// @inline
export function handOver(count: i32): i32 {
  return ((count >> 16) + (count & OPEN)) << 16
}

/** The operation's share is gone. */
// @inline
export function closeOpen(count: i32): i32 {
  return count & ~OPEN
}

/** What the operation has pushed on the stack of held locks, or taken off, is the caller's from now on. */
// @inline
export function keepHeld(thread: i32): void {
  if (CHECKED) poke(thread + Thread.heldKept, peek(thread + Thread.heldCount))
}

/** The caller has this lock from now on. */
// @inline
export function keepLock(thread: i32, word: i32): void {
  noteOpenLock(thread, word)
  poke(thread + Thread.keptFrom, word)
}

/** The operation has this lock, and may call an issuer's function now. */
// @inline
export function noteOpenLock(thread: i32, word: i32): void {
  poke(word + LINK, peek(thread + Thread.keptLocks))
  poke(thread + Thread.keptLocks, word)
}

/** An issuer's function is called: what the operation has is its caller's. Returns what `takeLocksBack` wants. */
// @inline
export function handLocksOver(thread: i32): i32 {
  const from = peek(thread + Thread.keptFrom)
  poke(thread + Thread.keptFrom, peek(thread + Thread.keptLocks))
  return from
}
// @inline
export function takeLocksBack(thread: i32, from: i32): void {
  poke(thread + Thread.keptFrom, from)
}

/** The operation has given back all that was its own. */
export function dropOpenLocks(thread: i32): void {
  poke(thread + Thread.keptLocks, peek(thread + Thread.keptFrom))
}

/** It is given back. Mostly it is the last that was taken. */
// @inline
export function forgetLock(thread: i32, word: i32): void {
  if (peek(thread + Thread.keptFrom) == word) poke(thread + Thread.keptFrom, peek(word + LINK))
  if (peek(thread + Thread.keptLocks) == word) poke(thread + Thread.keptLocks, peek(word + LINK))
  else forgetOlder(thread, word)
}

function forgetOlder(thread: i32, word: i32): void {
  let at = thread + Thread.keptLocks
  let steps = 0
  while (peek(at) != word) {
    assertStepsOfAny(++steps, at)
    if (peek(at) == Address.None) return
    at = peek(at) + LINK
  }
  poke(at, peek(word + LINK))
}

export function isKept(thread: i32, word: i32): bool {
  let at = peek(thread + Thread.keptFrom)
  let steps = 0
  // No oops: this is asked after one. A list without an end has it, or has not.
  while (at != Address.None && at != word && ++steps < MOST_KEPT) at = peek(at + LINK)
  return at == word
}
