/** The lock of a reservation: alone, or as one of several that a thread takes with a ticket. */
import * as host from "../host"
import { SharedObject } from "../layout/object"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Address } from "../layout/record"
import { Reservation } from "../layout/reservation"
import { Slots } from "../layout/slots"
import { Thread } from "../layout/thread"
import { ownerOf } from "../locks/owner-word"
import { lockAlone, lockTicket, tryLockAlone, unlockTicket } from "../locks/ww-mutex"
import { peek, poke } from "../words"

/** Takes the lock outside any context: waits for it, whoever holds it. Hold one so at a time. */
export function lockReservation(thread: i32, reservation: i32): void {
  lockAlone(thread, reservation + SharedObject.lock)
}

/** Takes the lock if it is free: 1, or 0 at once. */
export function tryLockReservation(thread: i32, reservation: i32): i32 {
  return tryLockAlone(thread, reservation + SharedObject.lock)
}

/** Takes the lock in the thread's context: 0 locked, 1 back off, 2 locked already. With nothing taken yet it waits. */
export function lockReservationInContext(thread: i32, reservation: i32): i32 {
  return lockTicket(thread, reservation + SharedObject.lock)
}

/** Gives the lock back. In the checked flavour what was reserved and not used is gone: nobody shall come to rely on it. */
export function unlockReservation(thread: i32, reservation: i32): void {
  assertReservationHeld(thread, reservation)
  if (CHECKED) {
    const list = peek(reservation + Reservation.list)
    poke(reservation + Reservation.max, list == Address.None ? 0 : peek(list + Slots.count))
  }
  unlockTicket(thread, reservation + SharedObject.lock)
}

/** Token of the thread that holds the lock, or 0. May be late. */
export function reservationOwner(reservation: i32): i32 {
  return ownerOf(reservation + SharedObject.lock)
}

/** In every flavour: who changes a reservation without its lock leaves references behind that nobody can account for. */
export function assertReservationHeld(thread: i32, reservation: i32): void {
  const owner = ownerOf(reservation + SharedObject.lock)
  const me = peek(thread + Thread.id)
  if (owner != me)
    host.oops(
      owner == 0 ? Oops.LockNotHeld : Oops.ForeignUnlock,
      reservation + SharedObject.lock,
      me & Owner.Seat,
      owner & Owner.Seat,
    )
}
