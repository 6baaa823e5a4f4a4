/** A cell: a root with a link to a node that has the value, twice. Who writes puts a new node there. */
import * as host from "../../host"
import { Oops } from "../../layout/oops"
import { exchange } from "../../words"
import { Node, Outcome } from "../layout"
import { NONE, ROOT, isNone, nodeOf, refOf } from "../link"
import { isGone, isStill, keyOf, linkFrom, make, read, touch, write } from "../nodes"
import { enter, leave, protect, retire } from "../scheme"

/** Returns `Yes`, or `Full`. */
export function writeCell(thread: i32, root: i32, value: i32): i32 {
  const ref = make(thread, value)
  if (ref == NONE) return Outcome.Full
  write(nodeOf(ref) + Node.next, value)
  enter(thread)
  // ORDER: publish the node, and claim the one before. Pairs with `readCell`.
  const before = exchange(root, linkFrom(ROOT, ref))
  if (!isNone(before)) retire(thread, nodeOf(before))
  leave(thread)
  return Outcome.Yes
}

/** The value; 0 if nothing was ever written. A node that changes while it is looked at is an oops. */
export function readCell(thread: i32, root: i32): i32 {
  enter(thread)
  let value = 0
  while (true) {
    // ORDER: observe. Pairs with `writeCell`.
    const link = protect(thread, 0, root, ROOT)
    if (isNone(link)) break
    if (isGone(link)) continue
    const ref = refOf(link)
    value = keyOf(ref)
    touch(ref)
    const again = read(nodeOf(ref) + Node.next)
    if (!isStill(ref)) continue
    if (CHECKED && again != value) host.oops(Oops.UseAfterFree, nodeOf(ref), value, again)
    break
  }
  leave(thread)
  return value
}

/** Begins to look at what the cell has, and stays: a reader that stalls. Returns a reference for `lookAgain`. */
export function holdCell(thread: i32, root: i32): i32 {
  enter(thread)
  return refOf(protect(thread, 0, root, ROOT))
}

/** The value of a node that is held; 0 if it has gone, which only the optimistic scheme lets happen. */
export function lookAgain(ref: i32): i32 {
  const value = keyOf(ref)
  return isStill(ref) ? value : 0
}

/** Ends what `holdCell` began. */
export function letGo(thread: i32): void {
  leave(thread)
}
