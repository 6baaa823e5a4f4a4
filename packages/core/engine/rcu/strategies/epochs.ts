/**
 * Epoch-based reclamation (Fraser 2004).
 *
 * A reader announces the epoch it entered in; the epoch moves on only when every reader inside a section has announced the
 * present one. So once it has moved on twice since something was unlinked, every reader that could have seen it has left (R1).
 *
 * Why a reader need not look again after announcing. It may read the epoch, sleep, and announce an old one when the
 * epoch is long past it. Its announcement then stops the epoch (somebody who had scanned before may still move it on
 * once, nobody twice), and whatever was unlinked in an earlier epoch was unlinked before its section began: every
 * access is in one total order, and the scan that moved the epoch on saw the slot empty.
 *
 * A reader that stalls in a section stops the epoch; what is retired meanwhile stays, however much that is. So does one that
 * has died, until its seat is cleared up: its slot is the commit.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, load, peek, store } from "../../words"

// @inline
export function enter(thread: i32): void {
  // ORDER: announce, then dereference. Pairs with `tryAdvance`.
  //  - we come first: the scan sees us, and the epoch waits;
  //  - the scan comes first: what was unlinked before it is out of our reach, for we dereference after.
  store(thread + Thread.epoch, (load(Header.epoch) << 1) | 1)
}

// @inline
export function leave(thread: i32): void {
  // ORDER: publish "I have stopped looking". Pairs with `tryAdvance`.
  store(thread + Thread.epoch, 0)
}

export function tryAdvance(): bool {
  // ORDER: check: the other half of `enter`; both outcomes are told there. Pairs with `enter` and `leave`.
  const epoch = load(Header.epoch)
  if (laggard(epoch) != Address.None) return false
  // ORDER: claim: of those who scanned for this epoch one advances it; the others find it done.
  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  return true
}

export function laggard(epoch: i32): i32 {
  const present = (epoch << 1) | 1
  const base = peek(Header.threads)
  // ORDER: check: see `enter`. Pairs with `raiseUsed` of `threads.ts`.
  //  - its bound comes first: we scan its slot too;
  //  - we come first: its first section begins later, and what was unlinked before our scan is out of its reach.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const thread = base + i * Size.Thread
    const announced = load(thread + Thread.epoch)
    if (announced != 0 && announced != present) return thread
  }
  return Address.None
}

// @inline
export function endSection(seat: i32): void {
  // ORDER: publish "outside any section", in the name of who cannot.
  store(seat + Thread.epoch, 0)
}

/** Outside sections a thread holds nothing up. */
// @inline
export function offline(_thread: i32): i32 {
  return 1
}
