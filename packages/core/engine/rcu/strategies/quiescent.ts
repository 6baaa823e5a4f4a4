/**
 * Quiescent states (QSBR; Desnoyers et al. 2012): not whoever is inside a section says so, but whoever is outside, now and then.
 *
 * A thread that is online announces the epoch whenever it leaves its outermost section: it has stopped looking at whatever
 * it saw. The epoch moves on when all who are online have announced the present one. So an enter costs a look at a word of
 * one's own, and a leave a load, as long as the epoch stands still.
 *
 * The price: a thread that is online and does nothing holds everybody up. So it is online only from its first section in a
 * turn of its event loop to the end of that turn (`host.turn`), and never while it sleeps or waits for readers.
 *
 * Once while a section lasts, and no more (R2): the announcement of a thread only rises, so at a < epoch the epoch has
 * moved on from a, and nobody finds a announced for a later one. Going online is as the entering of `epochs.ts`: an old
 * announcement stops the epoch, after at most one move by somebody who had scanned before.
 */
import { seatsAmong } from "../../bound"
import * as host from "../../host"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, load, peek, store } from "../../words"

// @inline
export function enter(thread: i32): void {
  // PLAIN: the word is its thread's own.
  if (peek(thread + Thread.epoch) == 0) online(thread)
}

function online(thread: i32): void {
  // ORDER: announce, then dereference. Pairs with `tryAdvance`.
  //  - we come first: the scan sees us, and the epoch waits for our next announcement;
  //  - the scan comes first: what was unlinked before it is out of our reach, for we dereference after.
  store(thread + Thread.epoch, (load(Header.epoch) << 1) | 1)
  host.turn(thread)
}

// @inline
export function leave(thread: i32): void {
  // ORDER: publish "I have stopped looking at what there was before this epoch". Pairs with `tryAdvance`.
  const present = (load(Header.epoch) << 1) | 1
  if (peek(thread + Thread.epoch) != present) store(thread + Thread.epoch, present)
}

export function tryAdvance(): bool {
  // ORDER: check: the other half of `online` and `leave`. Pairs with `online`, `leave` and `offline`.
  const epoch = load(Header.epoch)
  if (laggard(epoch) != Address.None) return false
  // ORDER: claim: of those who scanned for this epoch one advances it; the others find it done.
  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  return true
}

export function laggard(epoch: i32): i32 {
  const present = (epoch << 1) | 1
  const base = peek(Header.threads)
  // ORDER: check: see `online`: a seat that we do not scan yet is online later than that.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const thread = base + i * Size.Thread
    const announced = load(thread + Thread.epoch)
    if (announced != 0 && announced != present) return thread
  }
  return Address.None
}

export function endSection(seat: i32): void {
  // ORDER: publish "looking at nothing", in the name of who cannot.
  store(seat + Thread.epoch, 0)
}

export function offline(thread: i32): i32 {
  if (peek(thread + Thread.nesting) != 0) return 0
  // ORDER: publish "looking at nothing". Pairs with `tryAdvance`.
  if (peek(thread + Thread.epoch) != 0) store(thread + Thread.epoch, 0)
  return 1
}
