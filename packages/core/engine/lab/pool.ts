/**
 * Free nodes. Each seat has some of its own; when they are used up it fetches a magazine from the depot, and it brings one
 * there when it has two too many. To give a node here says that nobody looks at it any more: schemes find out when.
 *
 * The depot is a stack of magazines (Treiber 1986) whose word counts its changes, so that one which has come back is not taken
 * for one that has stayed: unless 65,536 changes pass while a thread is in the middle of its own.
 */
import { Lab, Node, Seat } from "./layout"
import { NONE, isNone, nodeOf, pointerTo } from "./link"
import { compareExchange, load, peek, poke } from "../words"

const COUNT: i32 = -65536
const ONE_CHANGE: i32 = 65536

/** A node that nobody else knows; 0 if there is none. */
export function takeFree(thread: i32): i32 {
  if (peek(thread + Seat.free) == NONE) fetch(thread)
  const node = peek(thread + Seat.free)
  if (node == NONE) return NONE
  poke(thread + Seat.free, peek(node + Node.link))
  poke(thread + Seat.freeCount, peek(thread + Seat.freeCount) - 1)
  return node
}

export function give(thread: i32, node: i32): void {
  poke(node + Node.link, peek(thread + Seat.free))
  poke(thread + Seat.free, node)
  const count = peek(thread + Seat.freeCount) + 1
  poke(thread + Seat.freeCount, count)
  if (count >= 3 * peek(Lab.magazine)) bring(thread)
}

function fetch(thread: i32): void {
  while (true) {
    const depot = load(Lab.depot)
    if (isNone(depot)) return
    const first = nodeOf(depot)
    // ORDER: claim: who exchanges the word has the magazine; the others look again. What is read of one that has gone meanwhile
    // is dropped, for the count has changed. Pairs with `push`.
    const next = load(first + Node.magazine)
    if (compareExchange(Lab.depot, depot, ((depot & COUNT) + ONE_CHANGE) | next) != depot) continue
    poke(thread + Seat.free, first)
    poke(thread + Seat.freeCount, peek(Lab.magazine))
    return
  }
}

/** Takes a magazine's worth off the seat's own. */
function bring(thread: i32): void {
  const first = peek(thread + Seat.free)
  let last = first
  for (let i = 1; i < peek(Lab.magazine); i++) last = peek(last + Node.link)
  poke(thread + Seat.free, peek(last + Node.link))
  poke(thread + Seat.freeCount, peek(thread + Seat.freeCount) - peek(Lab.magazine))
  poke(last + Node.link, NONE)
  push(first)
}

/** Puts a magazine into the depot. */
export function push(first: i32): void {
  while (true) {
    // ORDER: publish the chain. Pairs with `fetch`.
    const depot = load(Lab.depot)
    poke(first + Node.magazine, isNone(depot) ? NONE : pointerTo(nodeOf(depot)))
    if (compareExchange(Lab.depot, depot, ((depot & COUNT) + ONE_CHANGE) | pointerTo(first)) == depot) return
  }
}
