/**
 * The end of a turn of the event loop. A lock was busy, and the operation did not wait for it: what it put off is for the thread's
 * next operation, and if there is none, for the end of the turn. Others may wait for it.
 */
import { Patience } from "./layout/answer"
import { Address } from "./layout/record"
import { Thread } from "./layout/thread"
import { offline } from "./rcu/strategy"
import { peek, poke } from "./words"
import { settle } from "./work"

/** The turn of this thread is over: goes offline, and does what was put off, without waiting for a lock. 1, or 0 to be called again later. */
export function endTurn(thread: i32): i32 {
  poke(thread + Thread.impatient, Patience.Impatient)
  settle(thread)
  poke(thread + Thread.impatient, Patience.Patient)
  if (offline(thread) == 0 || peek(thread + Thread.work) != Address.None) return 0
  poke(thread + Thread.turns, 0)
  return 1
}
