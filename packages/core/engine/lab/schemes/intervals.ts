/**
 * Interval-based reclamation with two eras for each reader, 2GE-IBR (Wen et al. 2018). A node has the era in which it was made and
 * the one in which it was retired; a reader has the era in which it entered and the latest in which it has followed a link. A
 * node is kept while its interval meets that of a reader.
 *
 * So a reader stores only when the era has moved, and a stalled one keeps what was made until its upper era; what is made later can be
 * given back. As with hazard pointers, a link is followed only from a node that has not been removed.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Size } from "../../layout/record"
import { add, load, peek, poke, store } from "../../words"
import { Kind } from "../kind"
import { Lab, Node, Seat } from "../layout"
import { NONE } from "../link"
import { begin, giveBack, hang, isDue, keep, takeAll } from "../retired"

export const KIND: i32 = Kind.Pointer
export const ROBUST: i32 = 1

/** The lower era of a seat that looks at nothing. */
const NEVER: i32 = 0x7fffffff

// @inline
export function enter(thread: i32): void {
  const era = load(Lab.era)
  store(thread + Seat.upper, era)
  // ORDER: announce, then follow links. Pairs with `isLookedAt`.
  //  - we come first: the scan sees our interval;
  //  - the scan comes first: what was unlinked before it is out of our reach.
  store(thread + Seat.lower, era)
}

// @inline
export function leave(thread: i32): void {
  // ORDER: publish "I have stopped looking". Pairs with `isLookedAt`.
  store(thread + Seat.lower, NEVER)
  if (isDue(thread)) collect(thread)
}

// @inline
export function protect(thread: i32, _slot: i32, word: i32, _owner: i32): i32 {
  while (true) {
    // ORDER: check: the era after the link. Pairs with `born`.
    //  - the node was made by then: its birth is not later than our upper era;
    //  - the era has moved: we announce that, and look again.
    const link = load(word)
    const era = load(Lab.era)
    if (era == peek(thread + Seat.upper)) return link
    // ORDER: announce, then look at the link again. Pairs with `isLookedAt`, as in `enter`.
    store(thread + Seat.upper, era)
  }
}

export function born(thread: i32, node: i32): void {
  begin(node)
  const made = peek(thread + Seat.made) + 1
  // ORDER: publish the birth, before the node is linked. Pairs with `protect`.
  if (made >= peek(Lab.eraEvery)) add(Lab.era, 1)
  poke(thread + Seat.made, made >= peek(Lab.eraEvery) ? 0 : made)
  poke(node + Node.birth, load(Lab.era))
}

export function retire(thread: i32, node: i32): void {
  // ORDER: observe: after the caller unlinked the node; a later era only keeps it longer.
  poke(node + Node.retiredIn, load(Lab.era))
  keep(thread, node)
}

export function collect(thread: i32): void {
  let node = takeAll(thread)
  while (node != NONE) {
    const next = peek(node + Node.link)
    if (isLookedAt(node)) hang(thread, node)
    else giveBack(thread, node)
    node = next
  }
}

/** Whether the interval of a reader meets that of this retired node. */
function isLookedAt(node: i32): bool {
  const birth = peek(node + Node.birth)
  const retired = peek(node + Node.retiredIn)
  const base = peek(Header.threads)
  const used = seatsAmong(peek(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const seat = base + i * Size.Thread
    // ORDER: check: the other half of `enter` and `protect`. Pairs with `enter`, `leave` and `protect`.
    if (load(seat + Seat.lower) <= retired && birth <= load(seat + Seat.upper)) return true
  }
  return false
}

export function offline(_thread: i32): void {}

export function settleDead(_thread: i32, dead: i32): void {
  // ORDER: publish "looks at nothing", in the name of who cannot.
  store(dead + Seat.lower, NEVER)
}
