/**
 * Which locks a thread has, for strategies whose word does not say it: words of its record (`Thread.locks`).
 *
 *   0         the lock that it waits for, claims or gives back, or NONE
 *   1         the strategy's own
 *   2 .. 15   locks that it has; a strategy may use them in another way, but every lock that the thread has to do with
 *             stands in one of the sixteen
 *
 * After a death: a lock stands in one of these words from before the first step on it until after the last one. Whether the dead
 * thread had taken those steps it cannot be told. So these locks are not taken over from the dead; whoever waits for one is told
 * (`assertQueueMoves` of `queue.ts`).
 */
import * as host from "../host"
import { Header } from "../layout/header"
import { Oops } from "../layout/oops"
import { Address, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { load, peek, poke } from "../words"

/** Offsets in a thread record. */
export const WANTED: i32 = Thread.locks
const FIRST: i32 = 264
const MOST: i32 = 14

/**
 * The next step claims the lock, or gives it back: noted before it, and for so long as the thread is between both sides. A death in there
 * is told to whoever waits for the lock, and nobody takes the dead for its holder, who may be another by then.
 */
// @inline
export function noteStep(thread: i32, word: i32): void {
  poke(thread + WANTED, word)
}

/** The step is done, or was not. */
// @inline
export function endStep(thread: i32): void {
  poke(thread + WANTED, Address.None)
}

/** The thread has a lock from now on. PLAIN, as all of this: it is the thread's own, and others take it for a hint. */
// @inline
export function noteHeld(thread: i32, word: i32): void {
  if (peek(thread + FIRST) == Address.None) poke(thread + FIRST, word)
  else noteFurther(thread, word)
}

function noteFurther(thread: i32, word: i32): void {
  const slot = slotWith(thread, Address.None)
  if (slot == Address.None) host.oops(Oops.TooManyLocks, word, MOST, 0)
  poke(slot, word)
}

/** It has given it back. */
// @inline
export function forgetHeld(thread: i32, word: i32): void {
  if (peek(thread + FIRST) == word) poke(thread + FIRST, Address.None)
  else forgetFurther(thread, word)
}

function forgetFurther(thread: i32, word: i32): void {
  const slot = slotWith(thread, word)
  if (slot != Address.None) poke(slot, Address.None)
}

/** An oops if the thread could not note one more lock: to be asked before anything is done that cannot be taken back. */
// @inline
export function assertRoom(thread: i32, word: i32): void {
  if (peek(thread + FIRST) != Address.None && slotWith(thread, Address.None) == Address.None)
    host.oops(Oops.TooManyLocks, word, MOST, 0)
}

export function isHeld(thread: i32, word: i32): bool {
  return slotWith(thread, word) != Address.None
}

/** Where this stands among what the thread has; NONE if it does not. */
function slotWith(thread: i32, value: i32): i32 {
  for (let slot = thread + FIRST; slot < thread + Thread.locksEnd; slot += 4) if (peek(slot) == value) return slot
  return Address.None
}

/** Whether a thread has nothing to do with any lock. */
export function hasNoLock(thread: i32): bool {
  for (let slot = thread + Thread.locks; slot < thread + Thread.locksEnd; slot += 4)
    if (peek(slot) != Address.None) return false
  return true
}

/** Token of whoever has noted that it has this lock; 0 if nobody has. May be late. */
export function ownerBySlot(word: i32): i32 {
  const base = peek(Header.threads)
  // ORDER: observe: nothing is read on the strength of it.
  const end = base + load(Header.threadsUsed) * Size.Thread
  for (let seat = base; seat < end; seat += Size.Thread) if (isHeld(seat, word)) return peek(seat + Thread.id)
  return 0
}
