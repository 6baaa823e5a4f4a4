/**
 * A count of permits, and the automatic event, which is one of at most one: `permits << 1 | WAITING`.
 * A permit is in the word, or somebody has taken it: none is ever on its way to a waiter, and so none is lost with one.
 */
import { assertLive } from "../check"
import { SyncObject, SyncWord } from "../layout/sync"
import { compareExchange, load, store } from "../words"
import { roundsBeforeSleep, standAsideLonger } from "./spin"
import { calm, hangUp, ringIfSeveral, ringOne, ringPromises } from "./waiters"

/** Takes so many if there are as many: 1, or 0 at once. */
export function takePermits(object: i32, count: i32): i32 {
  assertLive(object)
  const word = object + SyncObject.word
  // ORDER: claim: each permit is taken once (U2). Pairs with `givePermits`.
  let seen = load(word)
  while (seen >> 1 >= count) {
    const found = compareExchange(word, seen, seen - count * SyncWord.One)
    if (found == seen) return 1
    seen = found
  }
  return 0
}

/** The same for a caller that will sleep: looks for a while first. */
export function spinPermits(object: i32, count: i32): i32 {
  if (takePermits(object, count)) return 1
  let pause = 1
  for (let left = roundsBeforeSleep(); left > 0; left--) {
    pause = standAsideLonger(pause)
    // ORDER: observe: whether it is worth trying.
    if (load(object + SyncObject.word) >> 1 >= count && takePermits(object, count)) return 1
  }
  return 0
}

/** As a waiter: takes them, or hangs this thread up and answers 0. */
export function awaitPermits(thread: i32, object: i32, count: i32, map: i32): i32 {
  // ORDER: publish, before our bit: who takes the bit finds this, and rings everybody. Pairs with `ringIfSeveral` of `waiters.ts`.
  if (count > 1) store(object + SyncObject.several, 1)
  while (true) {
    if (takePermits(object, count)) return 1
    // ORDER: observe: `hangUp` looks again.
    const seen = load(object + SyncObject.word)
    if (seen >> 1 < count && hangUp(thread, object, seen, SyncWord.Waiting, map)) return 0
  }
}

/** Gives so many back: 1, or 0 if there would be more than there may be. Rings as many as can go on. */
export function givePermits(object: i32, count: i32): i32 {
  assertLive(object)
  const word = object + SyncObject.word
  // ORDER: publish what was done before. Pairs with `takePermits`.
  let seen = load(word)
  while (true) {
    if (load(object + SyncObject.limit) - (seen >> 1) < count) return 0
    const found = compareExchange(word, seen, seen + count * SyncWord.One)
    if (found == seen) break
    seen = found
  }
  if ((seen & SyncWord.Waiting) != 0) ringFor(object, count)
  return 1
}

function ringFor(object: i32, count: i32): void {
  ringSome(object, count)
  ringPromises(object)
  ringIfSeveral(object)
  calm(object, SyncWord.Waiting)
}

function ringSome(object: i32, count: i32): void {
  for (let left = count; left > 0 && ringOne(object, SyncObject.sleepers); left--);
}
