/**
 * "This thread executes in that text": of functions that run in no read section and whose module nobody holds meanwhile, so
 * that neither a signal nor a grace period keeps the text under their feet: works, timers, interrupts. Only who waits until
 * they have returned does.
 *
 * PLAIN: the word is its thread's own; others read it to tell who is in the way.
 */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { isAlive } from "../tag"
import { peek, poke } from "../words"

/** A function of this text begins; returns in which the thread was before, for `leaveText`. An oops if the text has gone. */
export function enterText(thread: i32, text: i32, what: i32): i32 {
  if (!isAlive(text)) host.oops(Oops.DeadText, what, text, 0)
  const before = peek(thread + Thread.executing)
  poke(thread + Thread.executing, text)
  return before
}

/** It is about to return. An oops if there is no text any more to return into. */
export function leaveText(thread: i32, before: i32, what: i32): void {
  const text = peek(thread + Thread.executing)
  poke(thread + Thread.executing, before)
  if (text != Address.None && !isAlive(text)) host.oops(Oops.ReturnIntoDeadText, what, text, 0)
}
