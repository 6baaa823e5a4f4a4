/** A hash table: a sorted list for each bucket. The number of buckets is the heap's, and does not change. */
import { Lab } from "../layout"
import { peek } from "../../words"
import { contains, insert, remove } from "./list"

/** Keys that follow each other are in different buckets. */
// @inline
function bucketOf(root: i32, key: i32): i32 {
  return root + ((key & (peek(Lab.buckets) - 1)) << 2)
}

/** As of a list. */
export function insertHash(thread: i32, root: i32, key: i32): i32 {
  return insert(thread, bucketOf(root, key), key)
}

export function removeHash(thread: i32, root: i32, key: i32): i32 {
  return remove(thread, bucketOf(root, key), key)
}

export function containsHash(thread: i32, root: i32, key: i32): i32 {
  return contains(thread, bucketOf(root, key), key)
}
