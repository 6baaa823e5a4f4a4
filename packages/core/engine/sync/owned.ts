/**
 * A word that one thread has at a time: `Mutex`, `Once`, and the writer's half of a `RwLock`. As in locks/word.ts:
 *   0                free
 *   DIED             free, and the one that had it last has died with it: whoever takes it is told
 *   token            a thread has it
 *   token | PARKED   and others may wait
 *   DONE             of a `Once`: nobody will ever have it again
 * The thread has it, not one of its tasks: that is what a death can be told by. Two tasks of a thread take turns all the
 * same, for a promise waits also where its own thread has it.
 *
 * Who comes first takes it: nothing is handed over. Handing over to a thread that sleeps keeps everybody waiting until it has
 * woken, which takes longer than most holders keep a lock.
 *
 * DEATH: the word is the commit, as in locks/owner-word.ts. `breakOwned` gives it back, and says DIED.
 */
import { assertLive } from "../check"
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { SyncObject, SyncWord, Taken } from "../layout/sync"
import { Thread } from "../layout/thread"
import { isGone } from "../locks/owner"
import { FREE, OWNER, PARKED, assertToken } from "../locks/word"
import { compareExchange, exchange, load, peek } from "../words"
import { roundsBeforeSleep, standAsideLonger } from "./spin"
import { hangUp, ringAll, ringBoth } from "./waiters"

/** Takes it if nobody has it: a `Taken`, at once. */
// @inline
export function takeOwned(thread: i32, object: i32): i32 {
  assertLive(object)
  // ORDER: claim: one thread finds it free (U1). Pairs with `giveOwned`: what the last one wrote before is readable now.
  const seen = compareExchange(object + SyncObject.word, FREE, peek(thread + Thread.id))
  return seen == FREE ? Taken.Yes : takeUnusual(thread, object, seen)
}

/** It was not simply free. */
function takeUnusual(thread: i32, object: i32, seen: i32): i32 {
  if (seen == SyncWord.Done) return Taken.Done
  if (seen != SyncWord.Died) return Taken.No
  // ORDER: claim: of those who find DIED one takes it, and is told.
  const found = compareExchange(object + SyncObject.word, SyncWord.Died, peek(thread + Thread.id))
  return found == SyncWord.Died ? Taken.OwnerDied : Taken.No
}

/** The same, and spins for it for about as long as a sleep costs, unless this very thread has it. */
export function spinOwned(thread: i32, object: i32): i32 {
  const taken = takeOwned(thread, object)
  return taken == Taken.No ? spinOwnedSlow(thread, object) : taken
}

function spinOwnedSlow(thread: i32, object: i32): i32 {
  const me = peek(thread + Thread.id)
  let pause = 1
  for (let left = roundsBeforeSleep(); left > 0; left--) {
    pause = standAsideLonger(pause)
    // ORDER: observe: whether it is worth trying.
    const seen = load(object + SyncObject.word)
    if ((seen & OWNER) == me) return Taken.No
    if ((seen & OWNER) != 0 && seen != SyncWord.Done && seen != SyncWord.Died) continue
    const taken = takeOwned(thread, object)
    if (taken != Taken.No) return taken
  }
  return Taken.No
}

/** As a waiter: takes it, or hangs this thread up and answers No. */
export function awaitOwned(thread: i32, object: i32, map: i32): i32 {
  assertLive(object)
  const word = object + SyncObject.word
  while (true) {
    // ORDER: claim: as in `takeOwned`; with PARKED, for others may hang here whom only our release will ring (U1).
    const seen = load(word)
    if (seen == SyncWord.Done) return Taken.Done
    if (seen == FREE || seen == SyncWord.Died) {
      if (compareExchange(word, seen, peek(thread + Thread.id) | PARKED) != seen) continue
      return seen == FREE ? Taken.Yes : Taken.OwnerDied
    }
    if (!healDead(word, seen) && hangUp(thread, object, seen, PARKED, map)) return Taken.No
  }
}

/** Whoever has it has left the heap: then nobody has it, and the next one is told. */
export function healDead(word: i32, seen: i32): bool {
  assertToken(word, seen)
  if (!isGone(seen & OWNER)) return false
  // ORDER: claim: one of those who see it. Also of a writer that still waited for its readers, and had changed nothing: it may have taken the
  // word from DIED, and then the death before it would be told to nobody.
  compareExchange(word, seen, SyncWord.Died)
  return true
}

/** Gives it back: to FREE, DIED or DONE; rings one of those that hang here, or all. An oops for one that does not have it. */
export function giveOwned(thread: i32, object: i32, to: i32, everybody: i32): void {
  const word = object + SyncObject.word
  const me = peek(thread + Thread.id)
  // ORDER: publish what was written by the one that had it. Pairs with `takeOwned`.
  const seen = compareExchange(word, me, to)
  if (seen != me) giveParked(object, me, seen, to, everybody)
}

function giveParked(object: i32, me: i32, seen: i32, to: i32, everybody: i32): void {
  const word = object + SyncObject.word
  const owner = seen & OWNER
  if (owner != me)
    host.oops(
      owner == 0 || seen == SyncWord.Done ? Oops.LockNotHeld : Oops.ForeignUnlock,
      word,
      me & Owner.Seat,
      owner & Owner.Seat,
    )
  // ORDER: wake: a waiter puts its bit up, and then PARKED; either we find both, or its compareExchange finds another word.
  // From here on it is up to those whom we ring: whoever takes it as a waiter does so with PARKED.
  if ((exchange(word, to) & PARKED) == 0) return
  if (everybody) ringAll(object)
  else ringBoth(object)
}

/** After a death: true if the dead thread had it. */
export function breakOwned(token: i32, object: i32): bool {
  const word = object + SyncObject.word
  // ORDER: observe: only its owner and waiters change it, and these put PARKED up only.
  let seen = load(word)
  while ((seen & OWNER) == token) {
    // ORDER: claim: of two who clear up one gives it back. Who hangs here is rung with everybody (death/reclaim.ts).
    const found = compareExchange(word, seen, SyncWord.Died)
    if (found == seen) return true
    seen = found
  }
  return false
}
