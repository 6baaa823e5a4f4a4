/**
 * One counter of all readers: what comes to mind first, and the measure for all that is better.
 *
 * The epoch moves on when nobody is reading. So it takes a moment without any reader: with enough of them there is none, and
 * nothing is ever given back. And each section costs two additions to a word that all readers write.
 *
 * The epoch moves on at most once while a section lasts (R2): whoever found zero before the section began does that, and its
 * claim fails if another was faster.
 *
 * After a death: as in `two-counters.ts`: `Thread.epoch` says that the thread is counted, and who dies just before or after stays so.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { add, compareExchange, load, peek, store, sub } from "../../words"

const READS: i32 = 1

// @inline
export function enter(thread: i32): void {
  // ORDER: announce, then dereference. Pairs with `tryAdvance`.
  //  - we come first: it finds us counted, and the epoch waits;
  //  - it comes first: what was unlinked before it is out of our reach, for we dereference after.
  add(Header.readers, 1)
  store(thread + Thread.epoch, READS)
}

// @inline
export function leave(thread: i32): void {
  // ORDER: publish "I have stopped looking". Pairs with `tryAdvance`.
  store(thread + Thread.epoch, 0)
  sub(Header.readers, 1)
}

export function tryAdvance(): bool {
  // ORDER: check: the epoch before the counter, so that a claim which is late fails. Pairs with `enter` and `leave`.
  const epoch = load(Header.epoch)
  if (load(Header.readers) != 0) return false
  // ORDER: claim: of those who looked for this epoch one advances it; the others find it done.
  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  return true
}

/** Anybody who reads. */
export function laggard(_epoch: i32): i32 {
  const base = peek(Header.threads)
  // ORDER: observe: only to name somebody in a warning.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const thread = base + i * Size.Thread
    if (load(thread + Thread.epoch) != 0) return thread
  }
  return Address.None
}

export function endSection(seat: i32): void {
  // ORDER: publish "outside any section", in the name of who cannot.
  if (load(seat + Thread.epoch) != 0) leave(seat)
}

export function offline(_thread: i32): i32 {
  return 1
}
