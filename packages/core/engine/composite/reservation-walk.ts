/**
 * Walking over a reservation, a call for each step. Where the walk is stands in the thread's `registers` (`Cursor`):
 * the caller keeps them from step to step, so walks can nest, and need no memory that could be lacking.
 *
 * KERNEL: between two steps there is no read section, so the list may be freed and its first block be another list's
 * by the next step. The kernel compares the pointer; we compare which life of the block it is as well.
 */
import * as host from "../host"
import { Oops } from "../layout/oops"
import { Address, Record } from "../layout/record"
import { Cursor, Reservation } from "../layout/reservation"
import { Thread } from "../layout/thread"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke } from "../words"
import { isSignaled } from "../fence/poll"
import { dropRef, tryAddRef } from "../fence/references"
import { USAGE, blockOf, countOf, slotOf } from "./reservation-list"
import { assertReservationHeld } from "./reservation-lock"

/**
 * The next pending fence up to this usage, with a reference for the caller; NONE at the end. Needs no lock: the walk
 * begins anew when the list has become another, or a fence was on its way out, and says so.
 */
export function nextFence(thread: i32, reservation: i32, usage: i32): i32 {
  const cursor = thread + Thread.registers
  let list = peek(cursor + Cursor.list)
  const generation = peek(cursor + Cursor.generation)
  let count = peek(cursor + Cursor.count)
  let index = peek(cursor + Cursor.index)
  let block = peek(cursor + Cursor.block)
  let found: i32 = Address.None
  let entry = 0
  let restarted = 0
  let gone: i32 = Address.None
  readLock(thread)
  // ORDER: observe the list, and which life of it: in this section it keeps the one it has. Pairs with `publishList`.
  let stale = load(reservation + Reservation.list) != list || lifeOf(list) != generation
  while (true) {
    if (stale) {
      list = load(reservation + Reservation.list)
      count = countOf(list)
      index = 0
      block = list
      restarted = Cursor.Restarted
      stale = false
    }
    while (index < count) {
      block = blockOf(block, index)
      // ORDER: observe the fence; below the count there is one (I14). Pairs with `replaceSlot` of `reservation.ts`.
      entry = load(slotOf(block, index))
      index++
      if ((entry & USAGE) > usage) continue
      const fence = entry & ~USAGE
      if (!tryAddRef(thread, fence)) {
        // It was replaced, or its list was, before it was dropped. Found once more, nobody will.
        if (fence == gone) host.oops(Oops.UseAfterFree, fence, reservation, 0)
        gone = fence
        stale = true
        break
      }
      if (!isSignaled(thread, fence)) {
        found = fence
        break
      }
      dropRef(thread, fence)
    }
    // ORDER: observe: while the pointer is what it was, no fence that we were to see is on another list (I14).
    if (!stale && load(reservation + Reservation.list) == list) break
    if (found != Address.None) dropRef(thread, found)
    found = Address.None
    stale = true
  }
  poke(cursor + Cursor.generation, lifeOf(list))
  readUnlock(thread)
  poke(cursor + Cursor.list, list)
  poke(cursor + Cursor.count, count)
  poke(cursor + Cursor.index, index)
  poke(cursor + Cursor.block, block)
  poke(cursor + Cursor.found, (entry & USAGE) | restarted)
  return found
}

/** Which life of its first block a list is in; no life is 0. */
function lifeOf(list: i32): i32 {
  return list == Address.None ? -1 : peek(list + Record.generation)
}

/**
 * The same for the lock's holder: complete fences too, without a reference, good until the caller changes something.
 * PLAIN throughout: only the holder writes.
 */
export function nextFenceLocked(thread: i32, reservation: i32, usage: i32): i32 {
  assertReservationHeld(thread, reservation)
  const cursor = thread + Thread.registers
  const list = peek(reservation + Reservation.list)
  let index = 0
  let block = list
  let restarted: i32 = Cursor.Restarted
  if (peek(cursor + Cursor.list) == list && peek(cursor + Cursor.generation) == lifeOf(list)) {
    index = peek(cursor + Cursor.index)
    block = peek(cursor + Cursor.block)
    restarted = 0
  }
  const count = countOf(list)
  let found: i32 = Address.None
  while (index < count && found == Address.None) {
    block = blockOf(block, index)
    const entry = peek(slotOf(block, index))
    index++
    if ((entry & USAGE) > usage) continue
    found = entry & ~USAGE
    poke(cursor + Cursor.found, (entry & USAGE) | restarted)
  }
  poke(cursor + Cursor.list, list)
  poke(cursor + Cursor.generation, lifeOf(list))
  poke(cursor + Cursor.index, index)
  poke(cursor + Cursor.block, block)
  return found
}

/** Whether everything up to this usage is complete. May ask issuers. */
export function testReservation(thread: i32, reservation: i32, usage: i32): i32 {
  poke(thread + Thread.registers + Cursor.generation, 0)
  const pending = nextFence(thread, reservation, usage)
  if (pending == Address.None) return 1
  dropRef(thread, pending)
  return 0
}
