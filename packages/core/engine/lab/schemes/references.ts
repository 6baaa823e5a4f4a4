/**
 * Atomic references (Valois 1995; Michael & Scott 1995): who looks at a node counts itself on it. Its structure has one reference;
 * who takes the last one gives it back, at once.
 *
 * The count stays where it is when the node has gone, for nodes are always nodes. So a reader may come too late: the count is 0
 * then, and is left alone; or the node has a new life, and the second look at the link tells.
 */
import { compareExchange, load, peek, poke, store, sub } from "../../words"
import { Kind } from "../kind"
import { Node, Seat, Slots } from "../layout"
import { GONE, NONE, isNone, nodeOf, refOf } from "../link"
import { begin, giveBack, noteRetired } from "../retired"

export const KIND: i32 = Kind.Pointer
export const ROBUST: i32 = 1

export function enter(_thread: i32): void {}

export function leave(thread: i32): void {
  dropSlots(thread, thread)
}

function dropSlots(thread: i32, seat: i32): void {
  for (let i = 0; i < Slots.Count; i++) {
    const slot = seat + Seat.slots + (i << 2)
    const ref = peek(slot)
    if (ref == NONE) continue
    poke(slot, NONE)
    drop(thread, nodeOf(ref))
  }
}

function drop(thread: i32, node: i32): void {
  // ORDER: claim: who takes the last reference gives the node back. Pairs with `protect`.
  if (sub(node + Node.count, 1) == 1) giveBack(thread, node)
}

export function protect(thread: i32, slot: i32, word: i32, _owner: i32): i32 {
  while (true) {
    const link = load(word)
    if (isNone(link)) return link
    const node = nodeOf(link)
    const count = load(node + Node.count)
    if (count == 0) {
      // Nobody links to it but one that was removed itself.
      if (load(word) == link) return GONE
      continue
    }
    // ORDER: claim a reference, then look at the link again. Pairs with `drop`.
    //  - we come first: it is not the last one;
    //  - the last one goes first: the exchange fails, or the node has a new life, and the link tells whether it is the one we want.
    if (compareExchange(node + Node.count, count, count + 1) != count) continue
    if (load(word) == link) {
      const before = peek(thread + Seat.slots + (slot << 2))
      poke(thread + Seat.slots + (slot << 2), refOf(link))
      if (before != NONE) drop(thread, nodeOf(before))
      return link
    }
    drop(thread, node)
  }
}

export function born(_thread: i32, node: i32): void {
  begin(node)
  // ORDER: publish: one reference, of the structure to be.
  store(node + Node.count, 1)
}

export function retire(thread: i32, node: i32): void {
  noteRetired(thread)
  drop(thread, node)
}

export function collect(_thread: i32): void {}

export function offline(_thread: i32): void {}

export function settleDead(thread: i32, dead: i32): void {
  dropSlots(thread, dead)
}
