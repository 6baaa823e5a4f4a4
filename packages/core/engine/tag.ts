/**
 * Tagged pointers: an address whose six low bits say which life of the record is meant.
 *
 * Whoever follows one compares the tag with the record's generation, so that a pointer into something that has gone
 * is an oops instead of a silent visit to the next tenant. (The idea is that of memory tagging in hardware.) A tag
 * repeats after 32 lives; dead records wait at the end of a first-in-first-out depot, so those are far apart. Who must not
 * be wrong all the same looks at something that does not repeat (`membership.ts`).
 */
import * as host from "./host"
import { Address, Record } from "./layout/record"
import { peek } from "./words"

/** The pointer to this life of the record. */
export function tagged(record: i32): i32 {
  return record | (peek(record + Record.generation) & Address.TagMask)
}

/** The address in a tagged pointer, unchecked. */
// @inline
export function untagged(pointer: i32): i32 {
  return pointer & ~Address.TagMask
}

/** True while the record still lives the life that the pointer means. */
export function isAlive(pointer: i32): bool {
  return (peek((pointer & ~Address.TagMask) + Record.generation) & Address.TagMask) == (pointer & Address.TagMask)
}

/** The address in a tagged pointer; an oops if what it points at has gone. */
export function follow(pointer: i32, oops: i32, fence: i32): i32 {
  if (!isAlive(pointer)) host.oops(oops, fence, pointer, 0)
  return pointer & ~Address.TagMask
}
