/**
 * An external search tree: keys are in the leaves, inner nodes lead to them (after Natarajan & Mittal 2014).
 *
 * To remove a leaf, the link to it is flagged: that is the moment. Then the other link of its parent is marked, so that nothing
 * changes there any more, and the link to the parent is led to that other child. Where they let a search pass over links that are
 * flagged or marked, here it helps first and begins anew, as in `list.ts`: so it never goes on from a node that has been
 * removed, parent and leaf are taken out one pair at a time, and pointer schemes apply.
 *
 * A root leads to a leaf with the largest key, which stays; so each other leaf has a parent.
 */
import { compareExchange, peek, poke, store } from "../../words"
import { Node, Outcome, Seat } from "../layout"
import { FLAG, MARK, NONE, ROOT, isNone, marksOf, nodeOf, refOf } from "../link"
import { isGone, keyOf, linkAt, linkFrom, make, touch, write } from "../nodes"
import { enter, leave, protect, retire } from "../scheme"

const LARGEST: i32 = 0x7fffffff
const AGAIN: i32 = 2

/** Makes an empty tree of a root, before anybody uses it. */
export function createTree(thread: i32, root: i32): i32 {
  const ref = makeLeaf(thread, LARGEST)
  if (ref == NONE) return Outcome.Full
  // ORDER: publish: nobody else is here yet.
  store(root, linkFrom(ROOT, ref))
  return Outcome.Yes
}

function makeLeaf(thread: i32, key: i32): i32 {
  const ref = make(thread, key)
  if (ref == NONE) return NONE
  write(nodeOf(ref) + Node.next, linkFrom(ref, NONE))
  write(nodeOf(ref) + Node.right, linkFrom(ref, NONE))
  return ref
}

/** Returns `Yes`, `No` if the key is there already, or `Full`. */
export function insertTree(thread: i32, root: i32, key: i32): i32 {
  const leaf = makeLeaf(thread, key)
  if (leaf == NONE) return Outcome.Full
  const inner = make(thread, key)
  if (inner == NONE) {
    retire(thread, nodeOf(leaf))
    return Outcome.Full
  }
  enter(thread)
  let outcome: i32 = Outcome.No
  let found = seek(thread, root, key)
  while (found != key) {
    const link = peek(thread + Seat.link)
    // The larger of the two keys divides them.
    const isLess = key < found
    write(nodeOf(inner) + Node.key, isLess ? found : key)
    write(nodeOf(inner) + Node.next, linkFrom(inner, isLess ? leaf : refOf(link)))
    write(nodeOf(inner) + Node.right, linkFrom(inner, isLess ? refOf(link) : leaf))
    // ORDER: publish both: if the link is as it was, it still leads to that leaf, and neither is being removed.
    if (compareExchange(peek(thread + Seat.edge), link, linkFrom(peek(thread + Seat.owner), inner)) == link) {
      outcome = Outcome.Yes
      break
    }
    found = seek(thread, root, key)
  }
  if (outcome == Outcome.No) {
    retire(thread, nodeOf(leaf))
    retire(thread, nodeOf(inner))
  }
  leave(thread)
  return outcome
}

/** Returns `Yes`, or `No` if the key is not there. */
export function removeTree(thread: i32, root: i32, key: i32): i32 {
  enter(thread)
  let outcome: i32 = Outcome.No
  while (seek(thread, root, key) == key) {
    const edge = peek(thread + Seat.edge)
    const link = peek(thread + Seat.link)
    // ORDER: claim the leaf: who flags the link to it has removed the key.
    if (compareExchange(edge, link, link | FLAG) != link) continue
    outcome = Outcome.Yes
    // If the link to the parent has changed: a search helps whatever is half done on its way.
    if (!takeOut(thread, peek(thread + Seat.owner))) seek(thread, root, key)
    break
  }
  leave(thread)
  return outcome
}

/** Returns `Yes` or `No`. */
export function containsTree(thread: i32, root: i32, key: i32): i32 {
  enter(thread)
  const found = seek(thread, root, key)
  leave(thread)
  return found == key ? Outcome.Yes : Outcome.No
}

/** Finds the leaf where this key is or would be, and returns its key. */
function seek(thread: i32, root: i32, key: i32): i32 {
  while (descend(thread, root, key) == AGAIN) {}
  return peek(thread + Seat.next)
}

/** The same, its key in `Seat.next`; or `AGAIN`, if something has changed on the way. */
function descend(thread: i32, root: i32, key: i32): i32 {
  // The slots of the node that is looked at, of its child, of its parent, and of that one's.
  let present: i32 = 0
  let below: i32 = 1
  let above: i32 = 2
  let further: i32 = 3
  let edge = root
  let owner = ROOT
  let link = protect(thread, present, edge, owner)
  if (isGone(link)) return AGAIN
  noteUpper(thread, NONE, ROOT, NONE)
  while (true) {
    const ref = refOf(link)
    const found = keyOf(ref)
    const child = nodeOf(ref) + (key < found ? Node.next : Node.right)
    const next = protect(thread, below, child, ref)
    if (isGone(next)) return AGAIN
    if (isNone(next)) {
      poke(thread + Seat.edge, edge)
      poke(thread + Seat.owner, owner)
      poke(thread + Seat.link, link)
      poke(thread + Seat.next, found)
      return Outcome.Yes
    }
    noteUpper(thread, edge, owner, link)
    if (marksOf(next) != 0) {
      takeOut(thread, ref)
      return AGAIN
    }
    edge = child
    owner = ref
    link = next
    const spare = further
    further = above
    above = present
    present = below
    below = spare
  }
}

/** The link to the node that is looked at: where, in which node, and what. */
function noteUpper(thread: i32, edge: i32, owner: i32, link: i32): void {
  poke(thread + Seat.upperEdge, edge)
  poke(thread + Seat.upperOwner, owner)
  poke(thread + Seat.upperLink, link)
}

/** Takes a parent out of which one leaf is flagged, with that leaf; false if there is none, or the link to it has changed. */
function takeOut(thread: i32, parent: i32): bool {
  touch(parent)
  const left = nodeOf(parent) + Node.next
  const right = nodeOf(parent) + Node.right
  const leftLink = linkAt(left, parent)
  const rightLink = linkAt(right, parent)
  if (isGone(leftLink) || isGone(rightLink)) return false
  const isLeft = (leftLink & FLAG) != 0
  if (!isLeft && (rightLink & FLAG) == 0) return false
  const stays = mark(isLeft ? right : left, parent)
  if (isGone(stays)) return false
  // A flag on what stays is kept: that leaf is being removed, from its new parent.
  const link = peek(thread + Seat.upperLink)
  const past = linkFrom(peek(thread + Seat.upperOwner), refOf(stays)) | (stays & FLAG)
  // ORDER: claim: who leads the link past the parent retires it, and the leaf.
  if (compareExchange(peek(thread + Seat.upperEdge), link, past) != link) return false
  retire(thread, nodeOf(parent))
  retire(thread, nodeOf(isLeft ? leftLink : rightLink))
  return true
}

/** Marks a link of `parent`, so that it stays as it is, and returns it; `GONE` if the parent has gone. */
function mark(edge: i32, parent: i32): i32 {
  while (true) {
    const link = linkAt(edge, parent)
    if (isGone(link) || (link & MARK) != 0) return link
    // ORDER: claim: a link that is marked is changed by nobody.
    if (compareExchange(edge, link, link | MARK) == link) return link
  }
}
