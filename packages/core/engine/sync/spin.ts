/** Looking again and again for about as long as a sleep costs, before a thread sleeps: so two that answer each other need not sleep. */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import { Header, LockKind } from "../layout/header"
import { peek } from "../words"

/** How often to look: as the heap was made, and not at all where its locks sleep at once. */
export function roundsBeforeSleep(): i32 {
  return peek(Header.lockKind) == LockKind.Spin ? roundsToSpin() : 0
}

/** Stands aside, and says for how long the next time. */
export function standAsideLonger(pause: i32): i32 {
  standAside(pause)
  return pause < LONGEST_PAUSE ? pause << 1 : pause
}
