/**
 * Who will give back what a seat has: asked before a thread sleeps for it, on the slow path only.
 *
 * While a JavaScript thread sleeps in one of its seats it acts in none of them: who sleeps until another of them gives
 * something back sleeps for ever. And in a damaged heap nobody may be there at all.
 */
import { Header, Nobody, Owner, Size, Thread as ThreadRecord } from "../../built/layout.js"

/** A seat of this JavaScript thread. */
export interface OwnSeat {
  readonly record: number
  /** What stands in the words of locks that it holds. */
  readonly token: number
  readonly name: string
  /** Whether a function of the program's is running in the middle of an operation of this seat's. */
  readonly isBusy: () => boolean
}

/** One of our own seats; somebody in another JavaScript thread, as far as can be told; or nobody: the seat says what none does. */
export type Answerer = OwnSeat | "elsewhere" | "nobody"

type OwnSeats = Map<number, OwnSeat>

/** By memory, by the seat's number: not by what the memory says, which may be damaged. */
const heaps = new WeakMap<ArrayBufferLike, OwnSeats>()

/** This JavaScript thread has taken a seat. */
export function enterSeat(words: Int32Array, record: number, name: string, isBusy: () => boolean): void {
  const seats: OwnSeats = heaps.get(words.buffer) ?? new Map()
  heaps.set(words.buffer, seats)
  const token = words[(record + ThreadRecord.id) >> 2]!
  seats.set(token & Owner.Seat, { record, token, name, isBusy })
}

/** It has given it back, or others have cleared up after it. */
export function leaveSeat(words: Int32Array, record: number): void {
  const seats = heaps.get(words.buffer)
  for (const [number, seat] of seats ?? []) if (seat.record === record) seats!.delete(number)
}

/** Whether this JavaScript thread is in the middle of an operation of that seat's: nobody can be as little dead. */
export function isBusyHere(words: Int32Array, record: number): boolean {
  const seats = heaps.get(words.buffer)
  return [...(seats?.values() ?? [])].some((seat) => seat.record === record && seat.isBusy())
}

/** Who will give back a lock in which this stands. */
export function holderOf(words: Int32Array, lockWord: number): Answerer {
  const seats = heaps.get(words.buffer)
  const [any] = seats?.values() ?? []
  if (any === undefined) return "elsewhere"
  return answererOf(words, seats!, neighbour(any, lockWord), lockWord & Owner.Token)
}

/** Who will end the read section of the thread in this seat, and come back from the functions that it calls. */
export function seatIn(words: Int32Array, record: number): Answerer {
  const seats = heaps.get(words.buffer)
  const [any] = seats?.values() ?? []
  if (any === undefined) return "elsewhere"
  const own = [...seats!.values()].find((seat) => seat.record === record)
  const generation = words[(record + ThreadRecord.generation) >> 2]! & Owner.Generation
  const number = (any.token & Owner.Seat) + (record - any.record) / Size.Thread
  return answererOf(words, seats!, record, own?.token ?? Owner.Mark | (generation << Owner.Shift) | number)
}

/** Who acts for the tenant of a seat: itself, or whoever clears up after it (`engine/threads.ts` tells the states). */
function answererOf(words: Int32Array, seats: OwnSeats, record: number, token: number): Answerer {
  const state = stateOf(words, record)
  const own = ownWith(seats, token)
  if (state === token) return own ?? "elsewhere"
  // Another tenant has the seat by now; or says so, while the seat has had none.
  if ((state & Owner.Seat) === (token & Owner.Seat))
    return isOver(words, record, token) ? "elsewhere" : (own ?? "nobody")
  const reclaimer = ownWith(seats, state)
  if (reclaimer !== undefined) return reclaimer
  // Nobody does any more, and the engine knows that.
  const left = (token & ~(Owner.Nibble | Owner.Seat)) | Nobody.Left
  if ((state & Owner.Seat) === Nobody.Free || state === left) return "elsewhere"
  if (!isToken(words, state)) return own ?? "nobody"
  const isThere = stateOf(words, neighbour({ record, token }, state)) === state
  // One that is not there has died, and a third may come. Our own seats it cannot have had: we are alive.
  return isThere ? "elsewhere" : (own ?? "elsewhere")
}

function ownWith(seats: OwnSeats, token: number): OwnSeat | undefined {
  const seat = seats.get(token & Owner.Seat)
  return seat?.token === token ? seat : undefined
}

/** Whether a seat counts another life than the one that its tenant had under this token. */
function isOver(words: Int32Array, record: number, token: number): boolean {
  const generation = words[(record + ThreadRecord.generation) >> 2]!
  return (generation & Owner.Generation) !== ((token >> Owner.Shift) & Owner.Generation)
}

function isToken(words: Int32Array, state: number): boolean {
  const capacity = words[Header.threadCapacity >> 2]!
  return (state & Owner.Nibble) === Owner.Mark && (state & Owner.Seat) <= capacity
}

/** Address of the seat that a token names, seen from one that is known: the header may be damaged. */
function neighbour(known: { readonly record: number; readonly token: number }, token: number): number {
  return known.record + ((token & Owner.Seat) - (known.token & Owner.Seat)) * Size.Thread
}

/** Undefined beyond the memory. */
function stateOf(words: Int32Array, record: number): number {
  return words[(record + ThreadRecord.state) >> 2]!
}
