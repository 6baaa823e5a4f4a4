/**
 * Changing a reservation: `dma_resv`. All of it under the reservation's lock; readers walk over the list meanwhile.
 *
 * Order of publication (I14): a fence gets its reference, then the slot gets the fence, then the count rises. So a
 * reader finds a fence in every slot below the count that it has read. When the list grows, a new one is filled before
 * the pointer to it changes; the old one, and the fences that were complete, are given up after that. A reader that
 * still walks over the old list finds such a fence's count at zero, and begins anew on the new list.
 *
 * An issuer may be asked here whether its fence is complete, and containers may complete by that: they, and the fences
 * that nobody holds any more, are put off until the lock is given back (lock order: reservation, then fences).
 */
import { breakOff } from "../bound"
import { assertFence } from "../check"
import * as host from "../host"
import { Fence, Flag } from "../layout/fence"
import { Oops, Warning } from "../layout/oops"
import { Address } from "../layout/record"
import { SharedObject } from "../layout/object"
import { Reservation, ReservationSize } from "../layout/reservation"
import { Slots } from "../layout/slots"
import { Thread } from "../layout/thread"
import { OWNER } from "../locks/word"
import { readLock, readUnlock } from "../rcu/epoch"
import { load, peek, poke, store } from "../words"
import { askWhetherSignaled, isKnown, isSignaled } from "../fence/poll"
import { isLaterOnContext } from "../fence/query"
import { addRef, dropRef, tryAddRef } from "../fence/references"
import { hasSignaled } from "../fence/signal"
import {
  USAGE,
  blockAt,
  blockOf,
  countOf,
  dropFences,
  giveList,
  retireList,
  slotOf,
  takeList,
} from "./reservation-list"
import { assertReservationHeld, unlockReservation } from "./reservation-lock"

/** `copyFrom`'s answers that are no list. */
const STALE: i32 = -1
const FULL: i32 = -2
/** No fence was on its way out. */
const NO_FENCE: i32 = -1
/** So often a list may change while it is copied. */
const MOST_TRIES: i32 = 100000

/** Makes sure that `more` fences can be added: 1, or 0 (and nothing has changed) when the heap is full. */
export function reserveSlots(thread: i32, reservation: i32, more: i32): i32 {
  assertReservationHeld(thread, reservation)
  if (hasRoom(reservation, more)) return 1
  askAll(thread, reservation)
  if (hasRoom(reservation, more)) return 1
  const list = peek(reservation + Reservation.list)
  const count = countOf(list)
  const max = peek(reservation + Reservation.max)
  const need = count + more
  let room = need > 2 * max ? need : 2 * max
  if (room < ReservationSize.Least) room = ReservationSize.Least
  const grown = takeList(thread, room)
  if (grown == Address.None) return 0
  const kept = keepPending(list, count, grown)
  publishList(reservation, grown)
  // What the blocks hold, not what was asked for: as the kernel's allocator rounds up.
  poke(reservation + Reservation.max, (((room + Slots.Capacity - 1) / Slots.Capacity) | 0) * Slots.Capacity)
  dropOthers(thread, list, count, grown, kept)
  retireList(thread, list)
  return 1
}

function hasRoom(reservation: i32, more: i32): bool {
  const list = peek(reservation + Reservation.list)
  return list != Address.None && countOf(list) + more <= peek(reservation + Reservation.max)
}

/** Asks the issuers of all entries, which may change the list: so that nobody is asked while it is being copied. */
function askAll(thread: i32, reservation: i32): void {
  let list = peek(reservation + Reservation.list)
  let block = list
  for (let index = 0; index < countOf(list); index++) {
    block = blockOf(block, index)
    isOver(thread, peek(slotOf(block, index)) & ~USAGE)
    const now = peek(reservation + Reservation.list)
    if (now != list) block = blockAt(now, index)
    list = now
  }
}

/** Whether an entry's fence is complete. In a section: its issuer may have it replaced, and dropped, when it is asked. */
function isOver(thread: i32, fence: i32): bool {
  const known = isKnown(fence)
  if (known >= 0) return known != 0
  readLock(thread)
  const over = askWhetherSignaled(thread, fence) != 0
  readUnlock(thread)
  return over
}

/** Copies the entries that are pending; returns how many. The references move with them. PLAIN: nobody else knows the new list. */
function keepPending(list: i32, count: i32, grown: i32): i32 {
  let kept = 0
  let from = list
  let to = grown
  for (let index = 0; index < count; index++) {
    from = blockOf(from, index)
    const entry = peek(slotOf(from, index))
    if (hasSignaled(entry & ~USAGE)) continue
    to = blockOf(to, kept)
    poke(slotOf(to, kept), entry)
    kept++
  }
  poke(grown + Slots.count, kept)
  return kept
}

/**
 * Gives up what was not kept. What was kept is there in the old order, so each old entry is the next new one, or it
 * was left out; it must not be asked again whether it is complete, for it may be by now.
 */
function dropOthers(thread: i32, list: i32, count: i32, grown: i32, kept: i32): void {
  let next = 0
  let from = list
  let to = grown
  for (let index = 0; index < count; index++) {
    from = blockOf(from, index)
    const entry = peek(slotOf(from, index))
    if (next < kept && peek(slotOf(to, next)) == entry) {
      next++
      to = blockOf(to, next)
    } else dropRef(thread, entry & ~USAGE)
  }
}

function publishList(reservation: i32, list: i32): void {
  // ORDER: publish the list and all that is in it. Pairs with `nextFence` of `reservation-walk.ts` and `copyFrom`.
  store(reservation + Reservation.list, list)
}

/**
 * Adds a fence, with a reference of its own, in place of one that is complete or that it comes after on its context
 * (unless that one is for fewer), else at the end: for that a slot must have been reserved, or it is an oops.
 */
export function addFence(thread: i32, reservation: i32, fence: i32, usage: i32): void {
  assertReservationHeld(thread, reservation)
  assertFence(fence)
  if (peek(fence + Fence.flags) & Flag.Container) host.warn(Warning.ContainerReserved, fence, reservation)
  let list = peek(reservation + Reservation.list)
  let block = list
  for (let index = 0; index < countOf(list); index++) {
    block = blockOf(block, index)
    const slot = slotOf(block, index)
    const entry = peek(slot)
    const gives = givesWay(thread, entry, fence, usage)
    // An issuer that was asked may have changed the list.
    const now = peek(reservation + Reservation.list)
    if (gives && now == list && peek(slot) == entry) return replaceSlot(thread, slot, fence, usage)
    if (now != list) block = blockAt(now, index)
    list = now
  }
  const count = countOf(list)
  if (list == Address.None || count >= peek(reservation + Reservation.max))
    host.oops(Oops.NotReserved, reservation, count, peek(reservation + Reservation.max))
  addRef(fence)
  // ORDER: publish the fence, then that there is one more (F21). Pairs with `countOf` of `reservation-list.ts`.
  //  - a reader that finds the new count finds the fence: it was stored before;
  //  - a reader that finds the old count does not look at the slot.
  store(slotOf(blockOf(block, count), count), fence | usage)
  store(list + Slots.count, count + 1)
}

/** Whether an entry has had its day once this fence is there. */
function givesWay(thread: i32, entry: i32, fence: i32, usage: i32): bool {
  const old = entry & ~USAGE
  if ((entry & USAGE) >= usage && isOnContext(old, peek(fence + Fence.contextLo), peek(fence + Fence.contextHi)))
    if (old == fence || isLaterOnContext(fence, old)) return true
  return isOver(thread, old)
}

// @inline
function isOnContext(fence: i32, contextLo: i32, contextHi: i32): bool {
  return peek(fence + Fence.contextLo) == contextLo && peek(fence + Fence.contextHi) == contextHi
}

/** Puts a fence where another was, and gives that one up. */
function replaceSlot(thread: i32, slot: i32, fence: i32, usage: i32): void {
  const old = peek(slot) & ~USAGE
  addRef(fence)
  // ORDER: publish the fence. Pairs with `nextFence` of `reservation-walk.ts` and `copyFrom`.
  //  - who loads after it finds the new fence;
  //  - who loaded before it finds the old one, which stays as memory for that section; if we drop its last reference
  //    first, `tryAddRef` says no, and that reader begins anew.
  store(slot, fence | usage)
  dropRef(thread, old)
}

/** Puts this fence in place of every one of a context. */
export function replaceFences(
  thread: i32,
  reservation: i32,
  contextLo: i32,
  contextHi: i32,
  fence: i32,
  usage: i32,
): void {
  assertReservationHeld(thread, reservation)
  assertFence(fence)
  const list = peek(reservation + Reservation.list)
  const count = countOf(list)
  let block = list
  for (let index = 0; index < count; index++) {
    block = blockOf(block, index)
    const slot = slotOf(block, index)
    if (isOnContext(peek(slot) & ~USAGE, contextLo, contextHi)) replaceSlot(thread, slot, fence, usage)
  }
}

/**
 * Makes a reservation hold what is pending in another, which need not be locked: 1, or 0 (and nothing has changed)
 * when the heap is full. One read section: what is found stays as memory, and whatever has gone is found out by
 * `tryAddRef`.
 */
export function copyFences(thread: i32, reservation: i32, source: i32): i32 {
  assertReservationHeld(thread, reservation)
  readLock(thread)
  let copy: i32 = STALE
  let tries = 0
  let gone = NO_FENCE
  while (copy == STALE) {
    if (++tries > MOST_TRIES) breakOff(source)
    copy = copyFrom(thread, source, gone)
    gone = peek(thread + Thread.registers)
  }
  readUnlock(thread)
  if (copy != FULL) {
    const old = peek(reservation + Reservation.list)
    const count = countOf(old)
    publishList(reservation, copy)
    poke(reservation + Reservation.max, countOf(copy))
    dropFences(thread, old, count)
    retireList(thread, old)
  }
  return copy == FULL ? 0 : 1
}

/**
 * A list of what is pending in a reservation (NONE if it has no list); STALE when it changed meanwhile, or FULL. With STALE the
 * first of the thread's registers has the fence that was on its way out, or NO_FENCE; `before` is that of the last try.
 */
function copyFrom(thread: i32, source: i32, before: i32): i32 {
  // ORDER: observe the list. Pairs with `publishList`.
  const list = load(source + Reservation.list)
  const count = countOf(list)
  if (count == 0) return Address.None
  const copy = takeList(thread, count)
  if (copy == Address.None) return FULL
  let kept = 0
  let gone = NO_FENCE
  let from = list
  let to = copy
  for (let index = 0; index < count && gone == NO_FENCE; index++) {
    from = blockOf(from, index)
    // ORDER: observe the fence. Pairs with `replaceSlot`.
    const entry = load(slotOf(from, index))
    const fence = entry & ~USAGE
    if (!tryAddRef(thread, fence)) {
      gone = fence
      continue
    }
    if (isSignaled(thread, fence)) {
      dropRef(thread, fence)
      continue
    }
    to = blockOf(to, kept)
    poke(slotOf(to, kept), entry)
    kept++
  }
  // ORDER: observe: as above. If the list is another by now, fences may have been added that we have not seen.
  if (gone == NO_FENCE && load(source + Reservation.list) == list) {
    poke(copy + Slots.count, kept)
    return copy
  }
  dropFences(thread, copy, kept)
  giveList(thread, copy)
  // It was replaced, or its list was, before it was dropped. Found once more, nobody will.
  if (gone != NO_FENCE && gone == before) host.oops(Oops.UseAfterFree, gone, source, 0)
  poke(thread + Thread.registers, gone)
  return STALE
}

/** Nobody holds the reservation: gives up its fences and its list. */
export function releaseReservation(thread: i32, reservation: i32): void {
  // PLAIN: nobody else has it, and our token is there only if we put it there. Who drops what it has locked gives the lock back.
  if ((peek(reservation + SharedObject.lock) & OWNER) == peek(thread + Thread.id))
    unlockReservation(thread, reservation)
  const list = peek(reservation + Reservation.list)
  dropFences(thread, list, countOf(list))
  retireList(thread, list)
}
