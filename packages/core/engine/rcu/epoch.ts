/**
 * Read-copy-update, as the rest of the engine sees it: what is true of every reclamation scheme (nesting, misuse, how long a
 * grace period is), around the one that this build was made with.
 *
 * There is one global epoch, the clock of all grace periods. Once it has moved on twice since something was unlinked, every
 * reader that could have seen it has left (R1). And while a section lasts, the epoch moves on at most once from where it was
 * when it was first read inside it (R2): `retire.ts` relies on that.
 *
 * A scheme (`strategies/`) is one file that keeps these two promises, and exports
 *   enter, leave       the outermost section of a thread begins, ends: what a reader pays
 *   tryAdvance         moves the epoch on by one if it may: false if somebody is in the way, yet
 *   laggard            the record of a thread that is in the way of this epoch, as far as it can be told; NONE if none
 *   endSection         the section of a seat, if it is in one, is over: its thread has died, or an oops ended its operation
 *   offline            the thread is about to sleep, to wait for readers, or at the end of a turn of its event loop: if it
 *                      is in no section it must not be in anybody's way from here on, until it enters one: 1; 0 inside one
 * Its words are `Thread.epoch`, which is 0 in a seat that is in nobody's way, and `Header.readers`.
 */
import { roundsToSpin } from "../backoff"
import { breakOff, seatsAmong } from "../bound"
import * as host from "../host"
import { Header } from "../layout/header"
import { Nobody, Owner } from "../layout/owner"
import { Event, Oops } from "../layout/oops"
import { Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { isToken } from "../locks/owner"
import { trace } from "../trace"
import { load, peek, poke, relax } from "../words"
import { enter, laggard, leave, offline, tryAdvance } from "./strategy"

/** Enters a read section: what is dereferenced inside it stays until `readUnlock`. Sections nest. */
// @inline
export function readLock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting)
  poke(thread + Thread.nesting, nesting + 1)
  if (nesting == 0) enter(thread)
  if (TRACED && nesting == 0) trace(thread, Event.SectionBegan, 0, 0)
}

/** Leaves a read section; at the outermost, what was dereferenced may go. */
// @inline
export function readUnlock(thread: i32): void {
  const nesting = peek(thread + Thread.nesting) - 1
  if (CHECKED && nesting < 0) host.oops(Oops.UnbalancedReadUnlock, thread, 0, 0)
  poke(thread + Thread.nesting, nesting)
  if (TRACED && nesting == 0) trace(thread, Event.SectionEnded, 0, 0)
  if (nesting == 0) leave(thread)
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
  if (TRACED) trace(thread, Event.GraceBegan, 0, 0)
  awaitEpochs(thread, 2)
  if (TRACED) trace(thread, Event.GraceEnded, 0, 0)
}

/** Waits until the epoch has moved on this often. */
export function awaitEpochs(thread: i32, count: i32): void {
  // ORDER: observe: the epoch is read after what the caller unlinked, so two advances from here on are enough (R1).
  const start = load(Header.epoch)
  offline(thread)
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
  offline(thread)
  // ORDER: observe: as in `awaitEpochs`.
  while (((load(Header.epoch) - start) | 0) < count) if (!tryAdvance()) return 0
  return 1
}

/** Whether this thread is inside a read section. */
export function isReading(thread: i32): i32 {
  return peek(thread + Thread.nesting) != 0 ? 1 : 0
}
