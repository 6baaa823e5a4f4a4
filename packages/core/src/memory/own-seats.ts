/**
 * The seats that this JavaScript thread has in a heap. While it sleeps in one of them it acts in none, so whoever sleeps
 * until another of them gives something back sleeps for ever: that is told instead. Asked on the slow path only.
 */
import { Nobody, Owner, Size, Thread as ThreadRecord } from "../../built/layout.js"

interface OwnSeat {
  readonly record: number
  /** What stands in the words of locks that it holds. */
  readonly token: number
  readonly name: string
}

/** By memory, by the seat's number: not by what the memory says, which may be damaged. */
const heaps = new WeakMap<ArrayBufferLike, Map<number, OwnSeat>>()

/** This JavaScript thread has taken a seat. */
export function enterSeat(words: Int32Array, record: number, name: string): void {
  const seats = heaps.get(words.buffer) ?? new Map<number, OwnSeat>()
  heaps.set(words.buffer, seats)
  const token = words[(record + ThreadRecord.id) >> 2]!
  seats.set(token & Owner.Seat, { record, token, name })
}

/** It has given it back. */
export function leaveSeat(words: Int32Array, record: number): void {
  const seats = heaps.get(words.buffer)
  for (const [number, seat] of seats ?? []) if (seat.record === record) seats!.delete(number)
}

/** The name of our seat that holds a lock with this word, or undefined: somebody else does, or acts for that seat. */
export function ownHolder(words: Int32Array, lockWord: number): string | undefined {
  const seats = heaps.get(words.buffer)
  const seat = seats?.get(lockWord & Owner.Seat)
  if (seat === undefined || seat.token !== (lockWord & Owner.Token)) return undefined
  return isInOtherHands(words, seats!, seat) ? undefined : seat.name
}

/** The name of our seat at this address, or undefined. */
export function ownSeat(words: Int32Array, record: number): string | undefined {
  const seats = heaps.get(words.buffer) ?? new Map<number, OwnSeat>()
  for (const seat of seats.values())
    if (seat.record === record) return isInOtherHands(words, seats, seat) ? undefined : seat.name
  return undefined
}

/** Whether a thread elsewhere has cleared up after this seat, or does so now: it took it for dead, and gives back what it had. */
function isInOtherHands(words: Int32Array, seats: Map<number, OwnSeat>, { record, token }: OwnSeat): boolean {
  const state = words[(record + ThreadRecord.state) >> 2]!
  const number = state & Owner.Seat
  if (state === token || seats.has(number)) return false
  const left = (token & ~(Owner.Nibble | Owner.Seat)) | Nobody.Left
  if (number === Nobody.Free || state === left) return true
  // Whoever it is must be there: the state itself may be damaged.
  const other = record + (number - (token & Owner.Seat)) * Size.Thread
  return words[(other + ThreadRecord.state) >> 2] === state
}
