/**
 * Words that are waited for until they change: the manual event, the latch, the barrier and the condition. All that wait are
 * rung at the change (one, by `notifyOne`), and find out from the word that it has come about, however late they look.
 */
import { breakOff } from "../bound"
import { assertLive } from "../check"
import { SyncObject, SyncWord } from "../layout/sync"
import { add, compareExchange, load, peek } from "../words"
import { roundsBeforeSleep, standAsideLonger } from "./spin"
import { calm, hangUp, ringAll, ringOne } from "./waiters"

/**
 * Whether a word has left the state that began at `since` and has so many values. A number of turns repeats, and then one that did not
 * look for so long waits for one change more: after 2^29 arrivals at a barrier, 2^30 sets of an event, 2^31 notifications.
 */
// @inline
function isChanged(seen: i32, since: i32, values: i32): bool {
  const ahead = ((seen & ~SyncWord.Waiting) - since) | 0
  return ahead < 0 || ahead >= values
}

/** As a waiter: 1 when the word has changed (`isChanged`); else hangs this thread up and answers 0. */
export function awaitChange(thread: i32, object: i32, since: i32, values: i32, map: i32): i32 {
  assertLive(object)
  while (true) {
    // ORDER: observe what was done before the change: every one of them publishes.
    const seen = load(object + SyncObject.word)
    if (isChanged(seen, since, values)) return 1
    if (hangUp(thread, object, seen, SyncWord.Waiting, map)) return 0
  }
}

/** 1 when the word has changed: looks for a while, before its caller sleeps. */
export function spinChange(object: i32, since: i32, values: i32): i32 {
  let pause = 1
  for (let left = roundsBeforeSleep(); left > 0; left--) {
    // ORDER: observe, as in `awaitChange`.
    if (isChanged(load(object + SyncObject.word), since, values)) return 1
    pause = standAsideLonger(pause)
  }
  return 0
}

/** Manual event: sets it: 1, or 0 when it was set. `turn << 2 | SET | WAITING`: whoever waited is released, though it be reset at once. */
export function setEvent(event: i32): i32 {
  assertLive(event)
  const word = event + SyncObject.word
  // ORDER: publish what was done before. The flag goes with the change, and then all bits: who hangs itself up later sees the change.
  let seen = load(word)
  while ((seen & SyncWord.Set) == 0) {
    const next = ((seen & ~SyncWord.Waiting) + SyncWord.EventTurn) | SyncWord.Set
    const found = compareExchange(word, seen, next)
    if (found == seen) {
      if ((seen & SyncWord.Waiting) != 0) ringAll(event)
      return 1
    }
    seen = found
  }
  return 0
}

/** Manual event: 1, or 0 when it was not set. */
export function resetEvent(event: i32): i32 {
  assertLive(event)
  const word = event + SyncObject.word
  // ORDER: claim: one of those who reset it.
  let seen = load(word)
  while ((seen & SyncWord.Set) != 0) {
    const found = compareExchange(word, seen, seen & ~SyncWord.Set)
    if (found == seen) return 1
    seen = found
  }
  return 0
}

/** Latch: `left << 1 | WAITING`. Counts down by so many, and not below zero: what is left. */
export function countDown(latch: i32, by: i32): i32 {
  assertLive(latch)
  const word = latch + SyncObject.word
  // ORDER: publish what was done before, to who sees the count at zero.
  let seen = load(word)
  while (seen >> 1 != 0) {
    const left = seen >> 1 > by ? (seen >> 1) - by : 0
    const next = left == 0 ? 0 : (left << 1) | (seen & SyncWord.Waiting)
    const found = compareExchange(word, seen, next)
    if (found == seen) {
      if (left == 0 && (seen & SyncWord.Waiting) != 0) ringAll(latch)
      return left
    }
    seen = found
  }
  return 0
}

/**
 * Barrier: `arrivals << 1 | WAITING`, of all turns: so a turn is told by its first arrival, and as many turns are told apart as there is
 * room for. They begin anew after a whole turn. Arrives: -1 for the last one, which lets all go; else what `awaitChange` wants as `since`.
 */
export function arriveAt(barrier: i32): i32 {
  assertLive(barrier)
  const word = barrier + SyncObject.word
  // PLAIN: it never changes.
  const parties = peek(barrier + SyncObject.limit)
  if (parties <= 0) breakOff(barrier + SyncObject.limit)
  // ORDER: publish what was done before, to all that are let go. Pairs with `withdrawFrom`.
  let seen = load(word)
  while (true) {
    const arrivals = seen >> 1
    const arrived = arrivals % parties
    const isLast = arrived + 1 == parties
    let next = seen + SyncWord.One
    if (isLast) next = arrivals < SyncWord.ManyArrivals ? next & ~SyncWord.Waiting : 0
    const found = compareExchange(word, seen, next)
    if (found == seen) {
      if (isLast && (seen & SyncWord.Waiting) != 0) ringAll(barrier)
      return isLast ? -1 : (arrivals - arrived) << 1
    }
    seen = found
  }
}

/** Barrier: one that has arrived goes away again: 1, or 0 when it was let go meanwhile. */
export function withdrawFrom(barrier: i32, turn: i32): i32 {
  const word = barrier + SyncObject.word
  // PLAIN: it never changes.
  const values = peek(barrier + SyncObject.limit) << 1
  // ORDER: claim: either we take our arrival back, or the last one has counted it. Pairs with `arriveAt`.
  let seen = load(word)
  while (!isChanged(seen, turn, values)) {
    const found = compareExchange(word, seen, seen - SyncWord.One)
    if (found == seen) return 1
    seen = found
  }
  return 0
}

/**
 * Condition: `turn << 1 | WAITING`. Lets one go that waits, or all. A waiter has read the turn before it gave its lock back, so
 * no notification that comes after falls between.
 */
export function notifyWaiters(condition: i32, everybody: i32): void {
  assertLive(condition)
  // ORDER: publish what was done before. One that hangs itself up later sees the turn, and does not wait.
  const before = add(condition + SyncObject.word, SyncWord.One)
  if ((before & SyncWord.Waiting) == 0) return
  if (everybody) ringAll(condition)
  // In turns, for one of both is as good as the other.
  else if ((before & SyncWord.One) != 0) ringEither(condition, SyncObject.promises, SyncObject.sleepers)
  else ringEither(condition, SyncObject.sleepers, SyncObject.promises)
  calm(condition, SyncWord.Waiting)
}

function ringEither(condition: i32, first: i32, second: i32): void {
  if (!ringOne(condition, first)) ringOne(condition, second)
}
