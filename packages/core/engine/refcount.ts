/** A count that cannot rise from zero (I9). */
import * as host from "./host"
import { Oops } from "./layout/oops"
import { add, compareExchange, load, sub } from "./words"

/** Adds a reference on behalf of somebody who holds one already. */
// @inline
export function addRefTo(count: i32, record: i32): void {
  // ORDER: claim: the caller's own reference keeps the count above zero (I9), so no test is needed to be safe.
  const before = add(count, 1)
  if (CHECKED && before <= 0) host.oops(Oops.ReferenceFromZero, record, before, 0)
}

/** Adds a reference if there still is one: 1, or 0 when the record is on its way out. Inside a read section. */
export function tryAddRefTo(count: i32): i32 {
  // ORDER: claim: rises only from what was seen, and zero is never what we go on from (I9).
  // Pairs with `dropRefFrom`: if its sub comes first and makes zero, we see zero and go away; if our compareExchange does,
  // its sub does not make zero. Pairs with `publishObject` of `composite/objects.ts`. Below zero is what a freed record is filled with while it is checked: it has no holder either.
  let seen = load(count)
  while (seen > 0) {
    const found = compareExchange(count, seen, seen + 1)
    if (found == seen) return 1
    seen = found
  }
  return 0
}

/** Gives a reference back; true for the one who gave back the last. */
// @inline
export function dropRefFrom(count: i32, record: i32): bool {
  // ORDER: claim: one thread takes the count from 1 to 0 (I9), and everything others did before their sub is behind it.
  // Pairs with `tryAddRefTo`, where both outcomes are told.
  const before = sub(count, 1)
  if (CHECKED && before <= 0) host.oops(Oops.ReferenceUnderflow, record, before, 0)
  return before == 1
}
