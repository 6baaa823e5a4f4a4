/**
 * Links and references, each in one word.
 *
 *     link       |  life of the node it is in (8)  |  life of the node it leads to (8)  |  node (14)  |  marks (2)  |
 *     reference  |              0                  |  life of the node (8)              |  node (14)  |      0      |
 *
 * A node is a line of 64 bytes below one megabyte, so 14 bits name it. Lives are told by the optimistic scheme alone; for all
 * others they are 0, and a reference is a pointer.
 */
import { Node } from "./layout"

export const NONE: i32 = 0
/** For `owner`: the link is in no node, but in a root, which never goes. */
export const ROOT: i32 = 0
/** In place of a link: the node in which it was looked for has gone; begin anew. No link is like that. */
export const GONE: i32 = -1
/** The node that has this link is being removed (in the tree: its other child stays). */
export const MARK: i32 = 1
/** In the tree: the leaf to which this link leads is being removed. */
export const FLAG: i32 = 2

const NODE: i32 = 0xfffc
const REFERENCE: i32 = 0xfffffc

// @inline
export function nodeOf(link: i32): i32 {
  return (link & NODE) << 4
}

// @inline
export function refOf(link: i32): i32 {
  return link & REFERENCE
}

// @inline
export function isNone(link: i32): bool {
  return (link & NODE) == 0
}

// @inline
export function marksOf(link: i32): i32 {
  return link & (MARK | FLAG)
}

/** A node as a reference without a life. */
// @inline
export function pointerTo(node: i32): i32 {
  return node >> 4
}

/** Beyond this address no link can lead; the last node is `GONE` with its marks. */
export const MEMORY_END: i32 = 0x3fff * Node.Bytes
