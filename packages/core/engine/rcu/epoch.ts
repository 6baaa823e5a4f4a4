/**
 * Epoch-based read-copy-update (Fraser 2004): when does nobody look at something any more?
 *
 * There is one global epoch. A reader announces the epoch it entered in; the epoch moves on only when every reader
 * inside a section has announced the present one. So once it has moved on twice since something was unlinked, every
 * reader that could have seen it has left (R1).
 *
 * Why a reader need not look again after announcing. It may read the epoch, sleep, and announce an old one when the
 * epoch is long past it. Its announcement then stops the epoch (somebody who had scanned before may still move it on
 * once, nobody twice), and whatever was unlinked in an earlier epoch was unlinked before its section began: every
 * access is in one total order, and the scan that moved the epoch on saw the slot empty.
 */
import { roundsToSpin } from "../backoff"
import { breakOff, seatsAmong } from "../bound"
import * as host from "../host"
import { Header } from "../layout/header"
import { Nobody, Owner } from "../layout/owner"
import { Oops } from "../layout/oops"
import { Address, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { isToken } from "../locks/owner"
import { compareExchange, load, peek, poke, relax, store } from "../words"

/** Enters a read section: what is dereferenced inside it stays until `readUnlock`. Sections nest. */
// @inline
export function readLock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting)
  poke(thread + Thread.nesting, nesting + 1)
  // ORDER: announce, then dereference. Pairs with `tryAdvance`.
  //  - we come first: the scan sees us, and the epoch waits;
  //  - the scan comes first: what was unlinked before it is out of our reach, for we dereference after.
  if (nesting == 0) store(thread + Thread.epoch, (load(Header.epoch) << 1) | 1)
}

/** Leaves a read section; at the outermost, what was dereferenced may go. */
// @inline
export function readUnlock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting) - 1
  if (CHECKED && nesting < 0) host.oops(Oops.UnbalancedReadUnlock, thread, 0, 0)
  poke(thread + Thread.nesting, nesting)
  // ORDER: publish "I have stopped looking". Pairs with `tryAdvance`.
  if (nesting == 0) store(thread + Thread.epoch, 0)
}

/** Moves the epoch on by one if every reader has seen the present one. False if somebody has not, yet. */
export function tryAdvance(): bool {
  // ORDER: check: the other half of `readLock`; both outcomes are told there. Pairs with `readLock` and `readUnlock`.
  const epoch = load(Header.epoch)
  if (laggard(epoch) != Address.None) return false
  // ORDER: claim: of those who scanned for this epoch one advances it; the others find it done.
  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  return true
}

/** The record of a thread whose section is older than this epoch; NONE if there is none. */
function laggard(epoch: i32): i32 {
  const present = (epoch << 1) | 1
  const base = peek(Header.threads)
  // ORDER: check: see `readLock`. Pairs with `raiseUsed` of `threads.ts`.
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

/** The thread that a grace period is waiting for, as far as can be told now; NONE if none. */
export function stalledReader(): i32 {
  // ORDER: observe: only to name somebody in a warning.
  return laggard(load(Header.epoch))
}

/**
 * Waits until every read section that was open at the call has ended (a grace period). Blocks.
 * Inside a read section it would wait for itself: an oops.
 */
export function synchronize(thread: i32): void {
  if (peek(thread + Thread.nesting) != 0) host.oops(Oops.SynchronizeInsideSection, thread, 0, 0)
  awaitEpochs(thread, 2)
}

/** Waits until the epoch has moved on this often. */
export function awaitEpochs(thread: i32, count: i32): void {
  // ORDER: observe: the epoch is read after what the caller unlinked, so two advances from here on are enough (R1).
  const start = load(Header.epoch)
  const spins = roundsToSpin()
  let round = 0
  while (((load(Header.epoch) - start) | 0) < count) {
    if (tryAdvance()) continue
    if (round < spins) relax()
    else host.stall(thread, round - spins)
    round++
  }
}

/**
 * A grace period takes long: whom it waits for can be a reader, or it is an oops, for nobody would ever end that section.
 * For the host, which tells the time (`stall`). What looks wrong is looked at word by word: threads come and go meanwhile.
 */
export function assertReaders(thread: i32): void {
  const base = peek(Header.threads)
  const used = seatsAmong(peek(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const seat = base + i * Size.Thread
    const announced = peek(seat + Thread.epoch)
    if (announced == 0) continue
    // We are in no section; and no section is announced by an even number.
    if (seat == thread || (announced & 1) == 0 || isToCome(seat) || isNobodys(seat)) breakOff(seat + Thread.epoch)
  }
}

/** Whether an epoch is announced that has not come yet. */
function isToCome(seat: i32): bool {
  // ORDER: observe: the announcement first, so that the epoch which we read then is not older.
  const announced = load(seat + Thread.epoch)
  return ((((load(Header.epoch) + 1) << 1) - announced) | 0) < 0
}

/** Whether a section is announced in a seat that is free, or that says what no seat does. */
function isNobodys(seat: i32): bool {
  // ORDER: observe: the state of a free seat names its next life. It is the same before and after: nobody came in between.
  const state = load(seat + Thread.state)
  if ((state & Owner.Seat) == Nobody.Left || isToken(state)) return false
  return load(seat + Thread.epoch) != 0 && load(seat + Thread.state) == state
}

/** The epoch as it is now: where a grace period in steps begins, after what it is for was unlinked. */
export function epochNow(): i32 {
  // ORDER: observe: read after what the caller unlinked (R1).
  return load(Header.epoch)
}

/** One step of a grace period: moves the epoch on if it can; 1 when it has moved on this often since `start`. Not in a read section. */
export function hasPassed(thread: i32, start: i32, count: i32): i32 {
  if (peek(thread + Thread.nesting) != 0) host.oops(Oops.SynchronizeInsideSection, thread, 0, 0)
  // ORDER: observe: as in `awaitEpochs`.
  while (((load(Header.epoch) - start) | 0) < count) if (!tryAdvance()) return 0
  return 1
}

/** Whether this thread is inside a read section. */
export function isReading(thread: i32): i32 {
  return peek(thread + Thread.nesting) != 0 ? 1 : 0
}
