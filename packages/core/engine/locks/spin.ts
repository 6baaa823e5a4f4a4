/**
 * Test-and-test-and-set with bounded exponential backoff, then parks.
 *
 * Handing over by spinning takes about 0.1 µs, by sleeping about 45: worth spinning for, as long as the holder runs.
 * When it does not (more threads than cores) spinning keeps it from running, so the spinning is bounded.
 * Reading before claiming keeps the line shared among the spinners until it is worth fighting for.
 */
import * as host from "../host"
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../backoff"
import { Oops } from "../layout/oops"
import { Poison } from "../layout/record"
import { Thread } from "../layout/thread"
import { compareExchange, load, poke } from "../words"
import { seatOf } from "./owner"
import { FREE, LONGEST_PARK_MS, OWNER, PARKED, assertHolder, assertToken, parkOn } from "./word"

export function lockSpinSlow(word: i32, me: i32): void {
  let pause = 1
  for (let left = roundsToSpin(); left > 0; left--) {
    standAside(pause)
    if (pause < LONGEST_PAUSE) pause <<= 1
    // ORDER: claim: as in `acquire` of a strategy (L1); we never slept, so nobody sleeps on our account.
    if (load(word) == FREE && compareExchange(word, FREE, me) == FREE) return
  }
  lockParked(word, me)
}

/**
 * Takes the lock as a sleeper: with PARKED set, because others may be sleeping whom only our unlock will wake.
 * (At most one needless wake follows.)
 */
export function lockParked(word: i32, me: i32): void {
  poke(seatOf(me) + Thread.sleptOn, word)
  let before: i32 = FREE
  for (let parks = 0; ; parks++) {
    // ORDER: claim: as in `acquire` of a strategy (L1).
    const seen = compareExchange(word, FREE, me | PARKED)
    if (seen == FREE) return
    // Nobody would ever wake us: the lock went with its module while we were waiting for it.
    if (seen == Poison.Word) host.oops(Oops.DeadLock, word, 0, 0)
    assertToken(word, seen)
    if (seen == before) assertHolder(word, seen, me, parks)
    // Who is waited for is asked when one park has not helped.
    parkOn(word, seen, LONGEST_PARK_MS, seen == before ? seen & OWNER : 0)
    before = seen | PARKED
  }
}
