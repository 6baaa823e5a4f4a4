/**
 * Which life of a node is meant. A generation is odd while the node is in use; the number of its life is half of it, and eight bits
 * of that stand in references and links of the optimistic scheme.
 *
 * Eight bits come round: who sleeps in the middle of an operation for a multiple of 256 lives of one node, and finds it in the
 * same place again, is deceived. Nodes rest in a queue of `Lab.batch` before they are used anew, so that takes 256 times as many removals.
 */
import { Node } from "./layout"
import { nodeOf, pointerTo } from "./link"
import { load, peek } from "../words"

const LIFE: i32 = 0xff

/** A reference to a node that cannot end meanwhile: it is the caller's. */
// @inline
export function referenceTo(node: i32): i32 {
  // PLAIN: only the caller changes it.
  return pointerTo(node) | (((peek(node + Node.generation) >> 1) & LIFE) << 16)
}

/** Whether the node is still in the life that the reference names. */
// @inline
export function isLife(ref: i32): bool {
  // ORDER: check: after what was read of the node. Pairs with `endLife` of `optimistic.ts`.
  //  - the life ends later: what was read is of this one;
  //  - it ended before: the generation says so, and what was read is dropped.
  const generation = load(nodeOf(ref) + Node.generation)
  return (generation & 1) != 0 && ((generation >> 1) & LIFE) == ((ref >> 16) & LIFE)
}

/** A link in the node `owner`, or in a root, to what `ref` names. */
// @inline
export function linkBetween(owner: i32, ref: i32): i32 {
  return ref | (((owner >> 16) & LIFE) << 24)
}
