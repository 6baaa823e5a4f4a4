/**
 * BRAVO (Dice & Kogan 2019) over the counter: while a lock is biased, a reader does no more than say in a word of its own which lock it
 * reads, so that readers do not write one line. A writer takes the bias away, and waits for those who have said so. That is
 * expensive, so the bias comes back only after some readers have gone the slow way (the paper goes by the clock).
 *
 * The table of readers is a word of each thread's record (`Thread.locks`, which the package's lock does not use): a thread that reads
 * one lock so reads another the slow way. It holds 0, or the lock's address, with PARKED when the writer sleeps on it.
 *
 * Three words: the counter's, BIAS, and INHIBITED: how many readers have to go the slow way before it comes back.
 * The contract is told in `counter.ts`.
 */
import { seatsAmong } from "../../bound"
import { roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, store, wake } from "../../words"
import { LONGEST_PARK_MS } from "../word"
import {
  acquireRead as acquireCounted,
  acquireWrite as acquireAlone,
  releaseRead as releaseCounted,
  releaseWrite as releaseAlone,
} from "./counter"

const BIAS: i32 = 4
const INHIBITED: i32 = 8
/** How many slow readers a revocation has to pay for. */
const INHIBITS: i32 = 9
const READS: i32 = Thread.locks
const PARKED: i32 = 1

export const WORDS: i32 = 3

// @inline
export function acquireRead(thread: i32, lock: i32): void {
  // ORDER: observe: a hint; what counts is looked at again.
  if (load(lock + BIAS) == 0 || peek(thread + READS) != Address.None || !readBiased(thread, lock))
    readCounted(thread, lock)
}

// @inline
function readBiased(thread: i32, lock: i32): bool {
  // ORDER: announce which lock we read; then look whether it is biased still. Pairs with `revoke`.
  //  - we come first: the writer finds us in the table, and waits;
  //  - it comes first: we find no bias, and go the slow way, where it keeps us out.
  // ORDER: observe what the last writer wrote: it was gone before the bias came back.
  store(thread + READS, lock)
  if (load(lock + BIAS) != 0) return true
  leaveTable(thread)
  return false
}

function readCounted(thread: i32, lock: i32): void {
  acquireCounted(thread, lock)
  // PLAIN: readers that count at once may lose each other's counts, and the bias comes back later.
  const left = peek(lock + INHIBITED)
  if (left > 0) poke(lock + INHIBITED, left - 1)
  // ORDER: announce: while we read no writer is in; the next one finds the bias, and takes it away. Pairs with `revoke`.
  else if (peek(lock + BIAS) == 0) store(lock + BIAS, 1)
}

// @inline
export function releaseRead(thread: i32, lock: i32): void {
  // PLAIN: only we write another lock there; the writer sets PARKED.
  if ((peek(thread + READS) & ~PARKED) == lock) leaveTable(thread)
  else releaseCounted(thread, lock)
}

// @inline
function leaveTable(thread: i32): void {
  // ORDER: publish that what was read has been read. Pairs with `awaitReader`.
  // ORDER: wake: the writer sets PARKED before it sleeps; we find it, or it finds us gone. Pairs with `awaitReader`.
  if (exchange(thread + READS, Address.None) & PARKED) wake(thread + READS, 1)
}

export function acquireWrite(thread: i32, lock: i32): void {
  acquireAlone(thread, lock)
  // PLAIN: only readers that are counted bring it back, and none is in.
  if (peek(lock + BIAS) != 0) revoke(lock)
}

function revoke(lock: i32): void {
  // ORDER: announce that it is biased no more; then look who reads. Pairs with `readBiased`, where both outcomes are told, and with
  // `readCounted`.
  store(lock + BIAS, 0)
  const base = peek(Header.threads)
  // ORDER: observe: who joins later finds no bias.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) awaitReader(base + i * Size.Thread + READS, lock)
  poke(lock + INHIBITED, INHIBITS)
}

/** Waits until a thread reads this lock no more. */
function awaitReader(at: i32, lock: i32): void {
  for (let left = roundsToSpin(); ; left--) {
    // ORDER: observe that it has read. Pairs with `leaveTable`.
    const seen = load(at)
    if ((seen & ~PARKED) != lock) return
    if (left > 0) {
      standAside(1)
      continue
    }
    // ORDER: park: PARKED goes up before we sleep, and `park` sleeps only while it is there.
    //  - our bit comes first: the reader finds it, and wakes us;
    //  - the reader goes first: our compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `leaveTable`.
    if (seen == lock && compareExchange(at, lock, lock | PARKED) != lock) continue
    host.park(at, lock | PARKED, LONGEST_PARK_MS, 0)
  }
}

export function releaseWrite(thread: i32, lock: i32): void {
  releaseAlone(thread, lock)
}
