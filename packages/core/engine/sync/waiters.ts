/**
 * Who waits for a primitive: a bit for each thread, in one of two maps (it sleeps, or promises of its wait).
 *
 * The protocol, for every primitive:
 *   a waiter     listens to its bell; looks at the word; if it cannot go on it hangs itself up (`hangUp`): its bit first, then the
 *                flag on the word, by a compareExchange from what it saw; then it sleeps on the bell. After any ring it looks again.
 *   a changer    changes the word; if the flag was there it takes bits, and rings the threads whose they were.
 * A bit is taken once: by the one who rings, or by the waiter that leaves (`leaveWait`). A waiter whose bit was taken has been rung. If
 * it goes on, that ring is spent as it was meant; if it leaves without (aborted, timed out), it passes the ring on. One that has
 * taken a permit passes it on as well while there are more: it may have been rung for another than it took, and the one that
 * was rung for that may have come too late for it.
 *
 * After a death: nothing is to be repaired here. Whoever clears up takes the dead thread's bits and rings everybody
 * (death/reclaim.ts): every waiter looks, and hangs itself up again. So a dead one takes no ring with it that it was given, or
 * was about to give.
 */
import { ring } from "../actions"
import { seatsAmong } from "../bound"
import { Header } from "../layout/header"
import { Size } from "../layout/record"
import { Passing, SyncObject } from "../layout/sync"
import { Thread } from "../layout/thread"
import { Owner } from "../layout/owner"
import { compareExchange, exchange, load, or, peek, poke } from "../words"

const NONE: i32 = -1
const ALL: i32 = -1
const BITS: i32 = 31
const PER_WORD: i32 = 5

/** Where in a map a thread's bit is. */
// @inline
export function mapWord(thread: i32, map: i32): i32 {
  return map + ((indexOf(thread) >> PER_WORD) << 2)
}
// @inline
export function bitOf(thread: i32): i32 {
  return 1 << (indexOf(thread) & BITS)
}
// @inline
function indexOf(thread: i32): i32 {
  return (peek(thread + Thread.id) & Owner.Seat) - 1
}

/** Hangs this thread up where it saw that it cannot go on: 1, or 0 when the word is another by now: look again. */
export function hangUp(thread: i32, object: i32, seen: i32, flag: i32, map: i32): i32 {
  // ORDER: announce: our bit, and then the flag. Pairs with `ringOne`, `ringWord` and `calm`.
  //  - our compareExchange comes first: whoever changes the word finds the flag, and then our bit;
  //  - the change comes first: the word is another, and we look again.
  or(mapWord(thread, object + map), bitOf(thread))
  const found = compareExchange(object + SyncObject.word, seen, seen | flag)
  return found == seen || found == (seen | flag) ? 1 : 0
}

/** Takes this thread's bit back: 1, or 0 when it has been rung; then others may be rung in its place, as `passes` (a `Passing`) says. */
export function leaveWait(thread: i32, object: i32, map: i32, passes: i32): i32 {
  // ORDER: claim: of us and whoever rings one takes the bit. Pairs with `ringOne` and `ringWord`.
  if (takeBit(mapWord(thread, object + map), bitOf(thread)) != NONE) return 1
  // ORDER: observe what there is since we were rung: if no permit is left, somebody else has taken the one we were rung for.
  if (passes == Passing.Always || (passes == Passing.WhilePermits && load(object + SyncObject.word) >> 1 != 0)) {
    ringBoth(object)
    ringIfSeveral(object)
  }
  return 0
}

/** Takes one of these bits, the lowest that is there: its number, or NONE. */
function takeBit(address: i32, mask: i32): i32 {
  // ORDER: claim: each bit is taken once.
  let seen = load(address)
  while ((seen & mask) != 0) {
    const among = seen & mask
    const bit = among & -among
    const found = compareExchange(address, seen, seen & ~bit)
    if (found == seen) return numberOf(bit)
    seen = found
  }
  return NONE
}

function numberOf(bit: i32): i32 {
  let number = 0
  while (((bit >> number) & 1) == 0) number++
  return number
}

/** How many words of a map can have bits. */
export function wordsInUse(): i32 {
  // ORDER: observe: who joins later puts its bit up later, and looks at the word after that.
  const seats = seatsAmong(load(Header.threadsUsed))
  const words = (seats + BITS) >> PER_WORD
  return words > SyncObject.MostSeats >> PER_WORD ? SyncObject.MostSeats >> PER_WORD : words
}

/** Rings the next thread of a map, after the one that was rung last: whether there was one. */
export function ringOne(object: i32, map: i32): bool {
  const words = wordsInUse()
  // PLAIN: only where to begin. Whatever stands there, every bit is looked at.
  const start = peek(object + SyncObject.hint) & (SyncObject.MostSeats - 1)
  let index = start >> PER_WORD
  let mask = ALL << (start & BITS)
  for (let n = 0; n <= words; n++) {
    if (index >= words) index = 0
    // ORDER: claim: as in `takeBit`. Pairs with `hangUp` and `leaveWait`.
    const number = takeBit(object + map + (index << 2), mask)
    if (number != NONE) {
      ringSeat(object, (index << PER_WORD) + number)
      return true
    }
    index++
    mask = ALL
  }
  return false
}

function ringSeat(object: i32, index: i32): void {
  poke(object + SyncObject.hint, index + 1)
  ring(peek(Header.threads) + index * Size.Thread)
}

/**
 * Rings one that sleeps, and all threads that promises wait in. An event loop may be busy for long: neither who sleeps nor the promises of
 * another thread shall wait for it, while what they wait for is there to be had.
 */
export function ringBoth(object: i32): void {
  ringOne(object, SyncObject.sleepers)
  ringPromises(object)
}

/** Rings all threads in which promises wait. Those that come too late hang themselves up again. */
export function ringPromises(object: i32): void {
  const words = wordsInUse()
  for (let index = 0; index < words; index++) ringWord(object, SyncObject.promises, index)
}

/** One of those that were rung may want several permits, and go on waiting for more: then all are rung. */
export function ringIfSeveral(object: i32): void {
  // ORDER: observe, after the bits were taken. Pairs with `awaitPermits` of `semaphore.ts`: whose bit we took said this before.
  // For readers and writers it is a part of their map: they are rung for nothing.
  if (load(object + SyncObject.several) != 0) ringAll(object)
}

/** Rings all that hang here. */
export function ringAll(object: i32): void {
  const words = wordsInUse()
  for (let index = 0; index < words; index++) {
    ringWord(object, SyncObject.sleepers, index)
    ringWord(object, SyncObject.promises, index)
  }
}

/** Rings all that hang here but this thread. */
export function ringOthers(thread: i32, object: i32): void {
  const words = wordsInUse()
  for (let index = 0; index < words; index++) {
    const own = mapWord(thread, 0) == index << 2 ? bitOf(thread) : 0
    ringBits(object, SyncObject.sleepers, index, ~own)
    ringBits(object, SyncObject.promises, index, ~own)
  }
}

/** Rings those of a word that the mask has, one by one. */
function ringBits(object: i32, map: i32, index: i32, mask: i32): void {
  // ORDER: claim, as in `takeBit`.
  let number = takeBit(object + map + (index << 2), mask)
  while (number != NONE) {
    ringSeat(object, (index << PER_WORD) + number)
    number = takeBit(object + map + (index << 2), mask)
  }
}

function ringWord(object: i32, map: i32, index: i32): void {
  const address = object + map + (index << 2)
  // ORDER: claim: all bits of the word at once. Pairs with `hangUp` and `leaveWait`.
  let bits = load(address) == 0 ? 0 : exchange(address, 0)
  while (bits != 0) {
    const bit = bits & -bits
    ringSeat(object, (index << PER_WORD) + numberOf(bit))
    bits &= ~bit
  }
}

/** Whether anybody hangs here. May be late. */
export function anyHangs(object: i32): bool {
  const words = wordsInUse()
  // ORDER: check: as told in `calm`.
  for (let index = 0; index < words; index++)
    if (
      load(object + SyncObject.sleepers + (index << 2)) != 0 ||
      load(object + SyncObject.promises + (index << 2)) != 0
    )
      return true
  return false
}

/** After a ring: takes the flag down when nobody hangs here any more, so that the next change is cheap again. */
export function calm(object: i32, flag: i32): void {
  if (anyHangs(object)) return
  // ORDER: check: the flag goes down, and then we look at the bits once more. Pairs with `hangUp`.
  //  - its bit comes before our second look: we ring it, and it hangs itself up again, with the flag;
  //  - it comes after: its compareExchange comes after the flag went down, and puts it up.
  let seen = load(object + SyncObject.word)
  while ((seen & flag) != 0) {
    const found = compareExchange(object + SyncObject.word, seen, seen & ~flag)
    if (found == seen) break
    seen = found
  }
  if (anyHangs(object)) ringAll(object)
}
