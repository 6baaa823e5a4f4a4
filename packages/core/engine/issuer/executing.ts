/**
 * "This thread executes in that text": of functions that run in no read section and whose module nobody holds meanwhile, so
 * that neither a signal nor a grace period keeps the text under their feet: works, timers, interrupts. Only who waits until
 * they have returned does.
 *
 * PLAIN: the word is its thread's own; others read it to tell who is in the way.
 */
import * as host from "../host"
import { Op } from "../layout/module"
import { Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { isAlive } from "../tag"
import { peek, poke } from "../words"

/** A function of this text is about to begin: false if the text has gone. Looked at once: it may go at any time. */
export function tryEnterText(thread: i32, text: i32): bool {
  if (!isAlive(text)) return false
  poke(thread + Thread.executing, text)
  return true
}

/** The same, and an oops if it has gone; returns in which text the thread was before, for `leaveText`. */
export function enterText(thread: i32, text: i32, what: i32): i32 {
  const before = peek(thread + Thread.executing)
  if (!tryEnterText(thread, text)) host.oops(Oops.DeadText, what, text, Op.Deferred)
  return before
}

/** It has returned. The text, if there is none any more to return into, for `assertReturned`; else NONE. */
export function exitText(thread: i32, before: i32): i32 {
  const text = peek(thread + Thread.executing)
  poke(thread + Thread.executing, before)
  return text != Address.None && !isAlive(text) ? text : Address.None
}

/** An oops if there was no text any more to return into. */
export function assertReturned(text: i32, what: i32): void {
  if (text != Address.None) host.oops(Oops.ReturnIntoDeadText, what, text, 0)
}

/** Both, for who has nothing else to put in order. */
export function leaveText(thread: i32, before: i32, what: i32): void {
  assertReturned(exitText(thread, before), what)
}
