/** For locks whose waiters never sleep: whether there is still something to wait for. */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Poison } from "../layout/record"
import { FREE, assertHolder, assertToken } from "./word"

/** The holder is looked at once in so many rounds: some tens of milliseconds. */
const LOOK_SHIFT: i32 = 20
const BETWEEN_LOOKS: i32 = 0xfffff

/** `seen` is the lock word as it was read in this round; an oops if it will never be free. */
// @inline
export function assertWaitable(word: i32, seen: i32, me: i32, round: i32): void {
  if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
  if ((round & BETWEEN_LOOKS) == 0 && seen != FREE) lookAtHolder(word, seen, me, round)
}

function lookAtHolder(word: i32, seen: i32, me: i32, round: i32): void {
  assertToken(word, seen)
  assertHolder(word, seen, me, round >> LOOK_SHIFT)
}
