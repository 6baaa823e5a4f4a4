/**
 * Walks come to an end, whatever is in the memory: no list has more links than there are records. One that has comes back
 * to itself, or leads to where no record is, and is an oops.
 *
 * A walk counts its steps, and looks at the capacity at every so-manieth only: short walks never do, and for long ones it costs
 * nothing that could be measured (looking at each step made a merge of 10,000 fences take twice as long).
 */
import * as host from "./host"
import { Header, Pool } from "./layout/header"
import { Oops } from "./layout/oops"
import { Kind, Size } from "./layout/record"
import { memoryBytes, peek } from "./words"

/** One less than a power of two. */
const SELDOM: i32 = 127
const ANY: i32 = Kind.Count
/** No record is smaller: a memory has no more of them, also if a capacity was overwritten. */
const LEAST_SIZE: i32 = Size.Callback
/** More seats than any heap has. */
const MOST_SEATS: i32 = 1024
/** A loop that asks again after each thing it has dealt with: others may bring something new meanwhile, but not for ever. */
const MOST_ROUNDS: i32 = 16

/** This is the so-manieth step along a list of records of this kind. `list` is where it is, for the oops. */
// @inline
export function assertSteps(steps: i32, kind: i32, list: i32): void {
  if ((steps & SELDOM) == 0) assertManySteps(steps, kind, list)
}

/** The same along a list on which records of any kind may be. */
// @inline
export function assertStepsOfAny(steps: i32, list: i32): void {
  if ((steps & SELDOM) == 0) assertManySteps(steps, ANY, list)
}

/** This is the so-manieth time that something was there to be dealt with: not of one list, but as long as there was anything. */
// @inline
export function assertTurns(turns: i32, list: i32): void {
  if ((turns & SELDOM) == 0) assertManySteps((turns / MOST_ROUNDS) | 0, ANY, list)
}

/** A list says that it has so many records of this kind. */
// @inline
export function assertCount(records: i32, kind: i32, list: i32): void {
  if (records > SELDOM) assertManySteps(records, kind, list)
}

function assertManySteps(steps: i32, kind: i32, list: i32): void {
  if (steps > (kind == ANY ? capacityOfAll() : capacityOf(kind))) breakOff(list)
}

/** A list ends before it should, or leads to where no record is. */
export function breakOff(list: i32): void {
  host.oops(Oops.BrokenList, list, 0, 0)
}

/** How many seats to look at, when the heap says so many were used. PLAIN: a capacity never changes. */
export function seatsAmong(used: i32): i32 {
  const capacity = peek(Header.threadCapacity)
  const most = capacity > MOST_SEATS ? MOST_SEATS : capacity
  return used > most ? most : used
}

/** How many records of a kind there are. PLAIN: as above. */
export function capacityOf(kind: i32): i32 {
  return atMostAll(peek(Header.pools + kind * Pool.Bytes + Pool.capacity))
}

function capacityOfAll(): i32 {
  let sum = 0
  for (let kind = 0; kind < Kind.Count; kind++) sum = atMostAll(sum + capacityOf(kind))
  return sum
}

function atMostAll(records: i32): i32 {
  const most = (memoryBytes() / LEAST_SIZE) | 0
  return records > most ? most : records
}
