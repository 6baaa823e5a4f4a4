/**
 * Hyaline-1 (Nikolaev & Ravindran 2019): not who retires looks for readers, again and again, but once, and hangs its batch on the list
 * of each; whoever leaves counts all batches of its list down, and the last one gives the nodes back.
 *
 * A seat's word is odd while its thread reads, and has the newest batch of its list. A batch has a node for each reader on
 * whose list it may hang; its first node counts. It begins at 0, goes down with each reader that leaves, and up, at the
 * end, by the number of lists: at 0 everybody has left, and whoever finds that gives the batch back.
 *
 * A stalled reader keeps all that is retired meanwhile.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Size } from "../../layout/record"
import { add, compareExchange, exchange, load, peek, poke, store, sub } from "../../words"
import { Kind } from "../kind"
import { Node, Seat } from "../layout"
import { NONE, isNone, nodeOf, pointerTo, refOf } from "../link"
import { begin, giveBackAll, isDue, keep, takeAll } from "../retired"

export const KIND: i32 = Kind.Section
export const ROBUST: i32 = 0

const READING: i32 = 1
const IDLE: i32 = 0

// @inline
export function enter(thread: i32): void {
  // ORDER: announce, then follow links. Pairs with `hangBatch`.
  //  - we come first: the batch is hung on our list, and waits for us;
  //  - it comes first: what was unlinked before is out of our reach.
  store(thread + Seat.batches, READING)
}

// @inline
export function leave(thread: i32): void {
  detach(thread, thread)
  if (isDue(thread)) collect(thread)
}

/** Ends the reading of a seat, and counts its batches down. */
function detach(thread: i32, seat: i32): void {
  // ORDER: claim: the list as it is now; nothing is hung on it afterwards. Pairs with `hangBatch`.
  let link = exchange(seat + Seat.batches, IDLE)
  while (!isNone(link)) {
    const node = nodeOf(link)
    // The batch may go with our count.
    link = peek(node + Node.inner)
    const counter = peek(node + Node.batch)
    // ORDER: claim: who comes to 0 is the last of all. Pairs with `hangBatch`.
    if (sub(counter + Node.count, 1) == 1) giveBackAll(thread, counter)
  }
}

// @inline
export function protect(_thread: i32, _slot: i32, word: i32, _owner: i32): i32 {
  // ORDER: observe: the section keeps what it leads to.
  return load(word)
}

// @inline
export function born(_thread: i32, node: i32): void {
  begin(node)
}

export function retire(thread: i32, node: i32): void {
  keep(thread, node)
}

/** Hangs what was retired on the lists of all who read, if there are enough nodes for that. */
export function collect(thread: i32): void {
  const others = seatsAmong(peek(Header.threadsUsed)) - 1
  if (peek(thread + Seat.pendingCount) < others || peek(thread + Seat.pending) == NONE) return
  const counter = takeAll(thread)
  for (let node = counter; node != NONE; node = peek(node + Node.link)) poke(node + Node.batch, counter)
  // ORDER: publish the batch, of which nobody knows yet.
  store(counter + Node.count, 0)
  hangBatch(thread, counter)
}

function hangBatch(thread: i32, counter: i32): void {
  const base = peek(Header.threads)
  const used = seatsAmong(peek(Header.threadsUsed))
  let node = counter
  let lists = 0
  for (let i = 0; i < used; i++) {
    const word = base + i * Size.Thread + Seat.batches
    // ORDER: check: the other half of `enter`; both outcomes are told there. Pairs with `enter` and `detach`.
    let link = load(word)
    while ((link & READING) != 0) {
      poke(node + Node.inner, refOf(link))
      // ORDER: publish the node on a list. Pairs with `detach`: a reader that has left meanwhile does not get it.
      const seen = compareExchange(word, link, pointerTo(node) | READING)
      if (seen == link) {
        lists++
        node = peek(node + Node.link)
        break
      }
      link = seen
    }
  }
  // ORDER: claim: as in `detach`; those who have left before have counted below 0.
  if (add(counter + Node.count, lists) + lists == 0) giveBackAll(thread, counter)
}

export function offline(_thread: i32): void {}

export function settleDead(thread: i32, dead: i32): void {
  detach(thread, dead)
}
