/**
 * A reader-writer lock: readers share it, and who moves the epoch on has it alone, for that one step.
 *
 * The word counts the readers, or is WRITER with the epoch that is about to end. Readers go first: one that waits for a writer
 * that waits for readers would be a deadlock as soon as a section begins under a lock for which a reader waits; so a writer
 * only tries, and with enough readers never gets it. While a section lasts the epoch stands still (R2).
 *
 * Nobody waits for a writer either: all that it has to do can be read off the word, and whoever finds it does it. So it may
 * die there. DEATH of readers: as in `two-counters.ts`.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, load, peek, store, sub } from "../../words"

const FREE: i32 = 0
const WRITER: i32 = -2147483648
const READS: i32 = 1

export function enter(thread: i32): void {
  while (true) {
    const seen = load(Header.readers)
    if (seen < FREE) finishWriting(seen)
    // ORDER: claim: shared; a writer, or another reader, was faster: once more. Pairs with `tryAdvance`.
    else if (compareExchange(Header.readers, seen, seen + 1) == seen) break
  }
  store(thread + Thread.epoch, READS)
}

// @inline
export function leave(thread: i32): void {
  // ORDER: publish "I have stopped looking". Pairs with `tryAdvance`.
  store(thread + Thread.epoch, 0)
  sub(Header.readers, 1)
}

export function tryAdvance(): bool {
  // ORDER: claim: alone; it fails as long as anybody reads, and the epoch does not change under it. Pairs with `enter` and `leave`.
  const epoch = load(Header.epoch)
  const writing = epoch | WRITER
  const seen = compareExchange(Header.readers, FREE, writing)
  if (seen > FREE) return false
  finishWriting(seen < FREE ? seen : writing)
  return true
}

/** Ends the epoch that the word names, if that has not been done, and gives the lock back. */
function finishWriting(writing: i32): void {
  // ORDER: claim: of all who are at it one moves the epoch on, and one frees the word.
  const epoch = load(Header.epoch)
  if ((epoch | WRITER) == writing) compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  compareExchange(Header.readers, writing, FREE)
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
