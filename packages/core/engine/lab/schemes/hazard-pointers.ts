/**
 * Hazard pointers (Michael 2004): a reader publishes which node it is about to look at, and then looks whether the link to it is
 * still there. Who gives back first reads what all readers have published.
 *
 * Why looking again is enough. The node was linked at the second look, so it was not retired before; the scan that could give it
 * back comes after its retirement, hence after the publication, and finds it. That needs a link without marks: the
 * links of a removed node stay as they were, and lead to what may have gone.
 *
 * A stalled reader keeps what its slots name, and no more.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Size } from "../../layout/record"
import { load, peek, poke, store } from "../../words"
import { Kind } from "../kind"
import { Node, Seat, Slots } from "../layout"
import { NONE, isNone, nodeOf, refOf } from "../link"
import { begin, giveBack, hang, isDue, keep, takeAll } from "../retired"

export const KIND: i32 = Kind.Pointer
export const ROBUST: i32 = 1

export function enter(_thread: i32): void {}

// @inline
export function leave(thread: i32): void {
  clear(thread)
  if (isDue(thread)) collect(thread)
}

function clear(thread: i32): void {
  for (let i = 0; i < Slots.Count; i++) {
    const slot = thread + Seat.slots + (i << 2)
    // ORDER: publish "I have stopped looking". Pairs with `stampHazards`.
    if (peek(slot) != NONE) store(slot, NONE)
  }
}

// @inline
export function protect(thread: i32, slot: i32, word: i32, _owner: i32): i32 {
  const hazard = thread + Seat.slots + (slot << 2)
  let link = load(word)
  while (!isNone(link)) {
    // ORDER: announce, then look at the link again. Pairs with `stampHazards`.
    //  - we come first: the scan sees our slot, and the node stays;
    //  - the scan comes first: the node was unlinked before it, so the link has changed.
    store(hazard, refOf(link))
    const again = load(word)
    if (again == link) break
    link = again
  }
  return link
}

// @inline
export function born(_thread: i32, node: i32): void {
  begin(node)
}

export function retire(thread: i32, node: i32): void {
  poke(node + Node.keeper, thread)
  keep(thread, node)
}

export function collect(thread: i32): void {
  const scan = peek(thread + Seat.scan) + 1
  poke(thread + Seat.scan, scan)
  let node = takeAll(thread)
  stampHazards(thread, scan)
  while (node != NONE) {
    const next = peek(node + Node.link)
    if (peek(node + Node.stamp) == scan) {
      hang(thread, node)
    } else {
      poke(node + Node.keeper, NONE)
      giveBack(thread, node)
    }
    node = next
  }
}

/** Marks those of this thread's retired nodes that somebody looks at. */
function stampHazards(thread: i32, scan: i32): void {
  const base = peek(Header.threads)
  const used = seatsAmong(peek(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const slots = base + i * Size.Thread + Seat.slots
    for (let k = 0; k < Slots.Count; k++) {
      // ORDER: check: the other half of `protect`; both outcomes are told there. Pairs with `protect` and `clear`.
      const ref = load(slots + (k << 2))
      // PLAIN: it names us only if we wrote that, and then the node is on our list.
      if (ref != NONE && peek(nodeOf(ref) + Node.keeper) == thread) poke(nodeOf(ref) + Node.stamp, scan)
    }
  }
}

export function offline(_thread: i32): void {}

export function settleDead(_thread: i32, dead: i32): void {
  clear(dead)
}
