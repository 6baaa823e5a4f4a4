/** Nodes as the structures see them: made, read, linked, under whatever scheme the build has. */
import { assertLive } from "../check"
import { load, peek, poke, store } from "../words"
import { Kind } from "./kind"
import { Node } from "./layout"
import { GONE, NONE, ROOT, nodeOf, pointerTo } from "./link"
import { isLife, linkBetween, referenceTo } from "./lives"
import { takeFree } from "./pool"
import { KIND, born } from "./scheme"

/** A reference to a new node with this key; `NONE` if there is no free one. */
export function make(thread: i32, key: i32): i32 {
  const node = takeFree(thread)
  if (node == NONE) return NONE
  born(thread, node)
  write(node + Node.key, key)
  return KIND == Kind.Optimistic ? referenceTo(node) : pointerTo(node)
}

/** Writes a word of a node that is not linked yet. */
// @inline
export function write(address: i32, value: i32): void {
  // ORDER: publish: under the optimistic scheme somebody may still read the node as it was (`lives.ts`); else nobody can.
  if (KIND == Kind.Optimistic) store(address, value)
  else poke(address, value)
}

/** A word that does not change while the node is in use; under the optimistic scheme to be followed by `isStill`. */
// @inline
export function read(address: i32): i32 {
  // ORDER: observe; of a node that was found by a link, so what was written before it was linked is seen.
  if (KIND == Kind.Optimistic) return load(address)
  return peek(address)
}

/** The key of a node that is protected. */
// @inline
export function keyOf(ref: i32): i32 {
  touch(ref)
  return read(nodeOf(ref) + Node.key)
}

/** What is protected is in use. */
// @inline
export function touch(ref: i32): void {
  if (CHECKED && KIND != Kind.Optimistic) assertLive(nodeOf(ref))
}

/** Whether what was read of the node was this one's. Only the optimistic scheme has to ask. */
// @inline
export function isStill(ref: i32): bool {
  return KIND == Kind.Optimistic ? isLife(ref) : true
}

// @inline
export function isGone(link: i32): bool {
  return link == GONE && KIND != Kind.Section
}

/** A link in a node that is protected, or in a root: where it leads is not, so it is only for exchanging. */
export function linkAt(word: i32, owner: i32): i32 {
  // ORDER: observe; under the optimistic scheme only if its node is still there.
  const link = load(word)
  return owner == ROOT || isStill(owner) ? link : GONE
}

/** What the link in `owner` (or in a root) to `ref` is. */
// @inline
export function linkFrom(owner: i32, ref: i32): i32 {
  return KIND == Kind.Optimistic ? linkBetween(owner, ref) : ref
}
