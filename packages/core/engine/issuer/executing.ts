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
  oopsIfGone(leave(thread, before), what)
}

/** The same without the oops, for who has something to put right before that: the text, if it has gone, for `oopsIfGone`. */
export function leave(thread: i32, before: i32): i32 {
  const text = peek(thread + Thread.executing)
  poke(thread + Thread.executing, before)
  return text != Address.None && !isAlive(text) ? text : Address.None
}

export function oopsIfGone(gone: i32, what: i32): void {
  if (gone != Address.None) host.oops(Oops.ReturnIntoDeadText, what, gone, 0)
}
