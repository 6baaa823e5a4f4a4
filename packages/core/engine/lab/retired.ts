/** The retired nodes of a seat: a list that only its thread touches, and the two counts by which it is known how many are kept. */
import { Lab, Node, Seat } from "./layout"
import { NONE } from "./link"
import { give } from "./pool"
import { Poison } from "../layout/record"
import { peek, poke } from "../words"

/** A node begins a life: nobody else knows it. */
// @inline
export function begin(node: i32): void {
  poke(node + Node.generation, peek(node + Node.generation) + 1)
}

export function noteRetired(thread: i32): void {
  poke(thread + Seat.retired, peek(thread + Seat.retired) + 1)
  poke(thread + Seat.since, peek(thread + Seat.since) + 1)
}

/** Whether a batch has been retired since it was looked last: what had to be kept then is no reason to look again. */
// @inline
export function isDue(thread: i32): bool {
  return peek(thread + Seat.since) >= peek(Lab.batch)
}

export function noteGiven(thread: i32): void {
  poke(thread + Seat.given, peek(thread + Seat.given) + 1)
}

/** Puts a node at the head of the list. */
export function keep(thread: i32, node: i32): void {
  noteRetired(thread)
  hang(thread, node)
}

/** The same for one that was on it already. */
export function hang(thread: i32, node: i32): void {
  poke(node + Node.link, peek(thread + Seat.pending))
  poke(thread + Seat.pending, node)
  poke(thread + Seat.pendingCount, peek(thread + Seat.pendingCount) + 1)
}

/** Takes the whole list. */
export function takeAll(thread: i32): i32 {
  const first = peek(thread + Seat.pending)
  poke(thread + Seat.pending, NONE)
  poke(thread + Seat.pendingCount, 0)
  poke(thread + Seat.since, 0)
  return first
}

/** A retired node's life is over, and nobody looks at it. */
export function giveBack(thread: i32, node: i32): void {
  poke(node + Node.generation, peek(node + Node.generation) + 1)
  if (CHECKED) poke(node + Node.key, Poison.Word)
  noteGiven(thread)
  give(thread, node)
}

/** The same for a chain of them. */
export function giveBackAll(thread: i32, first: i32): void {
  let node = first
  while (node != NONE) {
    const next = peek(node + Node.link)
    giveBack(thread, node)
    node = next
  }
}
