/**
 * A lock for readers and writers. The writer's half is a word with an owner (owned.ts), with a bit more:
 *   token | DRAINS   a writer has come, no more readers come in, and it waits until those that are in have gone
 * Readers are a bit for each thread, so each reads without touching what another one wrote; how many readers a thread has
 * is its host's to count. A reader puts its bit up and then looks for a writer; a writer takes the word and then looks for bits.
 */
import { ring } from "../actions"
import { assertLive } from "../check"
import { SyncObject, SyncWord, Taken } from "../layout/sync"
import { seatOf } from "../locks/owner"
import { FREE, PARKED } from "../locks/word"
import { compareExchange, load, or, sub } from "../words"
import { healDead } from "./owned"
import { roundsBeforeSleep, standAsideLonger } from "./spin"
import { bitOf, hangUp, mapWord, wordsInUse } from "./waiters"

/** This thread reads from now on, unless there is a writer: a `Taken`. It must not read already. */
export function takeRead(thread: i32, lock: i32): i32 {
  assertLive(lock)
  // ORDER: announce our bit, then look for a writer. Pairs with `beginDrain` and `awaitDrain`.
  //  - our bit comes first: the writer finds it, and waits for us;
  //  - the writer's word comes first: we find it, and go back.
  or(mapWord(thread, lock + SyncObject.readers), bitOf(thread))
  const seen = load(lock + SyncObject.word)
  if (seen == FREE) return Taken.Yes
  if (seen == SyncWord.Died) return Taken.OwnerDied
  giveRead(thread, lock)
  return Taken.No
}

/** It does not read any more; the last one rings a writer that waits for it. */
export function giveRead(thread: i32, lock: i32): void {
  // ORDER: publish that we are gone. Pairs with `beginDrain` and `awaitDrain`.
  //  - our sub comes first: the writer's second look finds us gone;
  //  - DRAINS comes first: we see it here, and ring.
  sub(mapWord(thread, lock + SyncObject.readers), bitOf(thread))
  const seen = load(lock + SyncObject.word)
  if ((seen & SyncWord.Drains) != 0 && seen != SyncWord.Died) ring(seatOf(seen))
}

/** As a waiter: reads, or hangs this thread up and answers No. */
export function awaitRead(thread: i32, lock: i32, map: i32): i32 {
  const word = lock + SyncObject.word
  while (true) {
    const taken = takeRead(thread, lock)
    if (taken != Taken.No) return taken
    // ORDER: observe: `hangUp` looks again.
    const seen = load(word)
    if (seen != FREE && seen != SyncWord.Died && !healDead(word, seen) && hangUp(thread, lock, seen, PARKED, map))
      return Taken.No
  }
}

/** The writer has the word: 1 when nobody reads; else 0, and the last reader will ring it. `spins`: looks for a little while first. */
export function beginDrain(lock: i32, spins: i32): i32 {
  if (!anyReads(lock)) return 1
  let pause = 1
  for (let left = spins ? roundsBeforeSleep() : 0; left > 0; left--) {
    pause = standAsideLonger(pause)
    if (!anyReads(lock)) return 1
  }
  // ORDER: announce: DRAINS, and then look again. Pairs with `giveRead` and `takeRead`, where both outcomes are told.
  or(lock + SyncObject.word, SyncWord.Drains)
  return awaitDrain(lock)
}

/** The writer looks again: 1 when nobody reads any more. */
export function awaitDrain(lock: i32): i32 {
  if (anyReads(lock)) return 0
  // ORDER: check: nobody reads, and nobody comes in while the word is ours. Pairs with `giveRead` and `takeRead`.
  let seen = load(lock + SyncObject.word)
  while ((seen & SyncWord.Drains) != 0) {
    const found = compareExchange(lock + SyncObject.word, seen, seen & ~SyncWord.Drains)
    if (found == seen) break
    seen = found
  }
  return 1
}

function anyReads(lock: i32): bool {
  const words = wordsInUse()
  for (let index = 0; index < words; index++)
    // ORDER: check: as told in `takeRead`.
    if (load(lock + SyncObject.readers + (index << 2)) != 0) return true
  return false
}

/** After a death: the dead thread does not read any more. */
export function endReadOf(dead: i32, lock: i32): void {
  const address = mapWord(dead, lock + SyncObject.readers)
  const bit = bitOf(dead)
  // ORDER: claim: of two who clear up one takes the bit. The writer is rung with everybody (death/reclaim.ts).
  let seen = load(address)
  while ((seen & bit) != 0) {
    const found = compareExchange(address, seen, seen & ~bit)
    if (found == seen) return
    seen = found
  }
}
