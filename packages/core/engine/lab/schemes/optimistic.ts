/**
 * Optimistic, by generation (after VBR: Sheffi, Herlihy, Petrank 2021): a reader writes nothing. Nodes are always nodes, so it may
 * read one that has gone; afterwards it looks whether the node is still in the life that it was looking for, and begins
 * anew if not. Links carry the lives of both ends, so that an exchange which is late fails.
 *
 * What is retired is given back at once, whoever looks; it rests in a queue first, so that lives come round slowly (`lives.ts`).
 *
 * What is read of a node is read by atomics, and so is a node filled: a plain read could be late, or early.
 */
import { load, peek, poke, store } from "../../words"
import { Kind } from "../kind"
import { Lab, Node, Seat } from "../layout"
import { GONE, NONE, ROOT } from "../link"
import { isLife } from "../lives"
import { give } from "../pool"
import { noteGiven, noteRetired } from "../retired"

export const KIND: i32 = Kind.Optimistic
export const ROBUST: i32 = 1

export function enter(_thread: i32): void {}

export function leave(_thread: i32): void {}

// @inline
export function protect(_thread: i32, _slot: i32, word: i32, owner: i32): i32 {
  // ORDER: observe; then it is looked whether the node was what it should be (`isLife`).
  const link = load(word)
  return owner == ROOT || isLife(owner) ? link : GONE
}

// @inline
export function born(_thread: i32, node: i32): void {
  // ORDER: publish: what is written to the node comes after it, and after the end of its last life.
  store(node + Node.generation, peek(node + Node.generation) + 1)
}

/** Ends the life at once: what is written to the node later is no part of it. */
function endLife(node: i32): void {
  // ORDER: publish "over", before the node is used anew. Pairs with `isLife` of `lives.ts`.
  store(node + Node.generation, peek(node + Node.generation) + 1)
}

export function retire(thread: i32, node: i32): void {
  endLife(node)
  noteRetired(thread)
  poke(node + Node.link, NONE)
  if (peek(thread + Seat.pending) == NONE) poke(thread + Seat.pending, node)
  else poke(peek(thread + Seat.pendingLast) + Node.link, node)
  poke(thread + Seat.pendingLast, node)
  const count = peek(thread + Seat.pendingCount) + 1
  poke(thread + Seat.pendingCount, count)
  if (count >= peek(Lab.batch)) giveOldest(thread)
}

function giveOldest(thread: i32): void {
  const node = peek(thread + Seat.pending)
  poke(thread + Seat.pending, peek(node + Node.link))
  poke(thread + Seat.pendingCount, peek(thread + Seat.pendingCount) - 1)
  noteGiven(thread)
  give(thread, node)
}

export function collect(thread: i32): void {
  while (peek(thread + Seat.pendingCount) > 0) giveOldest(thread)
}

export function offline(_thread: i32): void {}

export function settleDead(_thread: i32, _dead: i32): void {}
