/** A stack (Treiber 1986): a root with a link to the newest node. */
import { compareExchange } from "../../words"
import { Node, Outcome } from "../layout"
import { NONE, ROOT, isNone, nodeOf, refOf } from "../link"
import { isGone, keyOf, linkAt, linkFrom, make, touch, write } from "../nodes"
import { enter, leave, protect, retire } from "../scheme"

/** Returns `Yes`, or `Full`. */
export function push(thread: i32, root: i32, value: i32): i32 {
  const ref = make(thread, value)
  if (ref == NONE) return Outcome.Full
  enter(thread)
  while (true) {
    const top = linkAt(root, ROOT)
    write(nodeOf(ref) + Node.next, linkFrom(ref, refOf(top)))
    // ORDER: publish the node. Pairs with `pop`: a top that has changed meanwhile is read again.
    if (compareExchange(root, top, linkFrom(ROOT, ref)) == top) break
  }
  leave(thread)
  return Outcome.Yes
}

/** The newest value; 0 if there is none. */
export function pop(thread: i32, root: i32): i32 {
  enter(thread)
  let value = 0
  while (true) {
    const top = protect(thread, 0, root, ROOT)
    if (isNone(top)) break
    if (isGone(top)) continue
    const ref = refOf(top)
    touch(ref)
    const next = linkAt(nodeOf(ref) + Node.next, ref)
    if (isGone(next)) continue
    // ORDER: claim the node. It is protected, so that this top is that node, and its successor the one that was read. Pairs with `push`.
    if (compareExchange(root, top, linkFrom(ROOT, refOf(next))) != top) continue
    value = keyOf(ref)
    retire(thread, nodeOf(ref))
    break
  }
  leave(thread)
  return value
}
