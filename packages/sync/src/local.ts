/** What the handles of one thread on one object share: how many of its promises wait there, and how many of its readers read. */
import type { Seat } from "@outlive/core/building"
import { Lanes } from "./lanes.js"
import { NO } from "./words.js"

export interface Local {
  /** Promises of this thread that wait: one bit in the heap stands for all of them. */
  promises: number
  /** Those of them that want what others want as well. */
  readonly lanes: Lanes
  /** Readers of this thread: the same. */
  readers: number
  /** Its promises that wait to write. */
  writers: number
  /** They have the word, and wait for readers: how it was taken (a `Taken`). The first of them that finds no reader has it. */
  writing: number
  /** How often this thread has replaced the value of a cell. */
  replaced: number
  /** Handles that share this. */
  handles: number
}

const locals = new WeakMap<Seat, Map<number, Local>>()

/** Seats of this JavaScript thread with handles, by memory. */
const seatsHere = new WeakMap<ArrayBufferLike, Set<Seat>>()

/** Another seat of this JavaScript thread that reads there: while this thread sleeps it reads on. */
export function readerBeside(thread: Seat, address: number): Seat | undefined {
  for (const seat of seatsHere.get(thread.words.buffer) ?? [])
    if (seat !== thread && seat.isAttached && (locals.get(seat)?.get(address)?.readers ?? 0) > 0) return seat
  return undefined
}

function noteSeat(thread: Seat): void {
  const { buffer } = thread.words
  const seats = seatsHere.get(buffer) ?? new Set<Seat>()
  seatsHere.set(buffer, seats)
  // Those that have left with handles that nobody dropped.
  for (const seat of seats) if (!seat.isAttached) seats.delete(seat)
  seats.add(thread)
}

/** A handle is made on the object at an address. */
export function enterLocal(thread: Seat, address: number): Local {
  let objects = locals.get(thread)
  if (objects === undefined) {
    objects = new Map()
    locals.set(thread, objects)
    noteSeat(thread)
  }
  const local = objects.get(address) ?? {
    promises: 0,
    lanes: new Lanes(),
    readers: 0,
    writers: 0,
    writing: NO,
    replaced: 0,
    handles: 0,
  }
  objects.set(address, local)
  local.handles++
  return local
}

/** A handle gives its reference back: at this address there may soon be another object. */
export function leaveLocal(thread: Seat, address: number, local: Local): void {
  if (--local.handles === 0) locals.get(thread)?.delete(address)
}
