/** Owner tokens: from a seat to its tenant's token, and back. What they are made of is told in `layout/owner.ts`. */
import { Header } from "../layout/header"
import { Owner } from "../layout/owner"
import { Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { load, peek } from "../words"

/** Token of a seat's present tenant, also of one that died before it had written it down. */
export function tokenOf(seat: i32): i32 {
  const number = (((seat - peek(Header.threads)) / Size.Thread) | 0) + 1
  return Owner.Mark | ((peek(seat + Thread.generation) & Owner.Generation) << Owner.Shift) | number
}

/** The seat that a token, or a lock word, names. */
// @inline
export function seatOf(token: i32): i32 {
  return peek(Header.threads) + ((token & Owner.Seat) - 1) * Size.Thread
}

/** Whether a word can be a token of this heap: cells hold other things as well. */
export function isToken(word: i32): bool {
  const number = word & Owner.Seat
  return (word & Owner.Nibble) == Owner.Mark && number > 0 && number <= peek(Header.threadCapacity)
}

/** Whether this thread is in its seat: it has not left, and nobody clears up after it. */
export function isSeated(token: i32): bool {
  // ORDER: observe: a token that has left its seat never comes back to it. Pairs with `attach` of `threads.ts`.
  return load(seatOf(token) + Thread.state) == token
}

/** Whether nobody will ever act for this token again: it is not in its seat, and nobody is clearing up after it. */
export function isGone(token: i32): bool {
  if (isSeated(token)) return false
  const seat = seatOf(token)
  // ORDER: observe: as in `isSeated`. While somebody clears up, the seat has the generation of the dead still.
  return (load(seat + Thread.state) & Owner.Seat) == 0 || tokenOf(seat) != token
}
