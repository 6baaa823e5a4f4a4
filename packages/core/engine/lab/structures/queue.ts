/**
 * A queue (Michael & Scott 1996): the first root leads to a node that was taken out last, the second to the last one, or to
 * the one before it. Whoever finds the second late moves it on.
 */
import { compareExchange, load, store } from "../../words"
import { Node, Outcome } from "../layout"
import { NONE, ROOT, isNone, nodeOf, refOf } from "../link"
import { isGone, isStill, keyOf, linkAt, linkFrom, make, touch, write } from "../nodes"
import { enter, leave, protect, retire } from "../scheme"

const TAIL: i32 = 4
const FIRST: i32 = 0
const SECOND: i32 = 1

/** Makes an empty queue of two roots, before anybody uses it. */
export function createQueue(thread: i32, root: i32): i32 {
  const ref = make(thread, 0)
  if (ref == NONE) return Outcome.Full
  write(nodeOf(ref) + Node.next, linkFrom(ref, NONE))
  // ORDER: publish: nobody else is here yet.
  store(root, linkFrom(ROOT, ref))
  store(root + TAIL, linkFrom(ROOT, ref))
  return Outcome.Yes
}

/** Returns `Yes`, or `Full`. */
export function enqueue(thread: i32, root: i32, value: i32): i32 {
  const ref = make(thread, value)
  if (ref == NONE) return Outcome.Full
  write(nodeOf(ref) + Node.next, linkFrom(ref, NONE))
  enter(thread)
  while (true) {
    const tail = protect(thread, FIRST, root + TAIL, ROOT)
    if (isGone(tail)) continue
    const last = refOf(tail)
    touch(last)
    const next = linkAt(nodeOf(last) + Node.next, last)
    if (isGone(next)) continue
    if (!isNone(next)) {
      moveTail(root, tail, next)
      continue
    }
    // ORDER: publish the node behind the last one: only it has no successor, and it is protected. Pairs with `dequeue`.
    if (compareExchange(nodeOf(last) + Node.next, next, linkFrom(last, ref)) != next) continue
    moveTail(root, tail, ref)
    break
  }
  leave(thread)
  return Outcome.Yes
}

/** Moves the second root on to the successor of what it led to, unless somebody has. */
function moveTail(root: i32, tail: i32, next: i32): void {
  // ORDER: claim: of those who find it late one moves it on.
  compareExchange(root + TAIL, tail, linkFrom(ROOT, refOf(next)))
}

/** The oldest value; 0 if there is none. */
export function dequeue(thread: i32, root: i32): i32 {
  enter(thread)
  let value = 0
  while (true) {
    const head = protect(thread, FIRST, root, ROOT)
    if (isGone(head)) continue
    const first = refOf(head)
    touch(first)
    // ORDER: observe: before its successor is read, so that a tail which is no further than the head is found late.
    const tail = load(root + TAIL)
    const next = protect(thread, SECOND, nodeOf(first) + Node.next, first)
    // ORDER: check: the head after its successor was protected: that one may have gone if the head has.
    if (isGone(next) || load(root) != head) continue
    if (isNone(next)) break
    if (refOf(tail) == first) {
      moveTail(root, tail, next)
      continue
    }
    value = keyOf(refOf(next))
    if (!isStill(refOf(next))) continue
    // ORDER: claim the value: who moves the head has it. Pairs with `enqueue`.
    if (compareExchange(root, head, linkFrom(ROOT, refOf(next))) != head) continue
    retire(thread, nodeOf(first))
    leave(thread)
    return value
  }
  leave(thread)
  return 0
}
