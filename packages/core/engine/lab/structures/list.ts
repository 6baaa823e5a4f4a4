/**
 * A sorted list, as a set of keys (Harris 2001, as Michael 2002 has it): a node that is removed is marked first, in its own link,
 * so that nothing is put behind it; then it is unlinked, by who marked it or by any search that comes along. A search never
 * goes on from a marked node, which is what pointer schemes ask for.
 */
import { compareExchange, peek, poke } from "../../words"
import { Node, Outcome, Seat } from "../layout"
import { MARK, NONE, ROOT, isNone, marksOf, nodeOf, refOf } from "../link"
import { isGone, isStill, keyOf, linkFrom, make, touch, write } from "../nodes"
import { enter, leave, protect, retire } from "../scheme"

const AGAIN: i32 = 2

/** Returns `Yes`, `No` if the key is there already, or `Full`. */
export function insert(thread: i32, root: i32, key: i32): i32 {
  const ref = make(thread, key)
  if (ref == NONE) return Outcome.Full
  enter(thread)
  let outcome: i32 = Outcome.No
  while (!find(thread, root, key)) {
    const link = peek(thread + Seat.link)
    write(nodeOf(ref) + Node.next, linkFrom(ref, refOf(link)))
    // ORDER: publish the node: if the link is as it was, its node is not removed, and the successor is still the next one.
    if (compareExchange(peek(thread + Seat.edge), link, linkFrom(peek(thread + Seat.owner), ref)) != link) continue
    outcome = Outcome.Yes
    break
  }
  // Nobody has seen it; it goes the way of all nodes nevertheless.
  if (outcome == Outcome.No) retire(thread, nodeOf(ref))
  leave(thread)
  return outcome
}

/** Returns `Yes`, or `No` if the key is not there. */
export function remove(thread: i32, root: i32, key: i32): i32 {
  enter(thread)
  let outcome: i32 = Outcome.No
  while (find(thread, root, key)) {
    const found = peek(thread + Seat.found)
    const next = peek(thread + Seat.next)
    // ORDER: claim the node: who marks it has removed the key.
    if (compareExchange(nodeOf(found) + Node.next, next, next | MARK) != next) continue
    outcome = Outcome.Yes
    if (!unlink(thread, next)) find(thread, root, key)
    break
  }
  leave(thread)
  return outcome
}

/** Returns `Yes` or `No`. */
export function contains(thread: i32, root: i32, key: i32): i32 {
  enter(thread)
  const isThere = find(thread, root, key)
  leave(thread)
  return isThere ? Outcome.Yes : Outcome.No
}

/** Takes the marked node that was found out of the list; false if the link to it has changed. */
function unlink(thread: i32, next: i32): bool {
  const link = peek(thread + Seat.link)
  const past = linkFrom(peek(thread + Seat.owner), refOf(next))
  // ORDER: claim: who unlinks it retires it.
  if (compareExchange(peek(thread + Seat.edge), link, past) != link) return false
  retire(thread, nodeOf(refOf(link)))
  poke(thread + Seat.link, past)
  return true
}

/** Finds the first key that is not less: where, and what. True if it is this one. */
function find(thread: i32, root: i32, key: i32): bool {
  while (true) {
    const answer = search(thread, root, key)
    if (answer != AGAIN) return answer == Outcome.Yes
  }
}

/** The same; `AGAIN` if something has changed on the way. */
function search(thread: i32, root: i32, key: i32): i32 {
  // The slots of the node that is looked at, of its successor, and of the one before.
  let present: i32 = 0
  let following: i32 = 1
  let former: i32 = 2
  let edge = root
  let owner = ROOT
  let link = protect(thread, present, edge, owner)
  while (true) {
    // A marked link promises nothing: its node is being removed.
    if (isGone(link) || marksOf(link) != 0) return AGAIN
    if (isNone(link)) {
      note(thread, edge, owner, link, NONE)
      return Outcome.No
    }
    const ref = refOf(link)
    touch(ref)
    const next = protect(thread, following, nodeOf(ref) + Node.next, ref)
    if (isGone(next)) return AGAIN
    if (marksOf(next) != 0) {
      note(thread, edge, owner, link, next)
      if (!unlink(thread, next)) return AGAIN
      // The successor is linked from here now, and was protected before: it is the one to look at.
      link = peek(thread + Seat.link)
      const spare = present
      present = following
      following = spare
      continue
    }
    const found = keyOf(ref)
    if (!isStill(ref)) return AGAIN
    if (found >= key) {
      note(thread, edge, owner, link, next)
      return found == key ? Outcome.Yes : Outcome.No
    }
    edge = nodeOf(ref) + Node.next
    owner = ref
    link = next
    const spare = former
    former = present
    present = following
    following = spare
  }
}

/** Where a search has come. */
function note(thread: i32, edge: i32, owner: i32, link: i32, next: i32): void {
  poke(thread + Seat.edge, edge)
  poke(thread + Seat.owner, owner)
  poke(thread + Seat.link, link)
  poke(thread + Seat.found, refOf(link))
  poke(thread + Seat.next, next)
}
