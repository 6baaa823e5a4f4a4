/** Words for the users of the heap: counters, and places where one thread leaves a fence for others to find. */
import { assertReading } from "./check"
import { exchange, load, store, add } from "./words"

/** Leaves an address (of a record that is complete) for others to find. */
export function publish(cell: i32, address: i32): void {
  // ORDER: publish the record. Pairs with `dereference`, `tryAddRefAt` of `references.ts` and `hasSignaledAt` of `poll.ts`.
  store(cell, address)
}

/** The address in a cell: what it points at stays for the rest of the read section. */
export function dereference(thread: i32, cell: i32): i32 {
  assertReading(thread, cell)
  // ORDER: observe the record. Pairs with `publish` and `replace`.
  return load(cell)
}

/** Publishes another address, and returns the one before, which the caller now owns. */
export function replace(cell: i32, address: i32): i32 {
  // ORDER: publish the record, and claim the old one: one of those who replace gets it.
  // Pairs with `dereference`, `tryAddRefAt` of `references.ts` and `hasSignaledAt` of `poll.ts`: who loads before our
  // exchange finds the old record, which stays as memory to the end of that read section; who loads after, the new.
  return exchange(cell, address)
}

/** The value of a counter. May be late. */
export function readCell(cell: i32): i32 {
  // ORDER: observe what its writer did before.
  return load(cell)
}

export function writeCell(cell: i32, value: i32): void {
  // ORDER: publish what was done before.
  store(cell, value)
}

/** Adds to a counter; returns its value before. */
export function addToCell(cell: i32, value: i32): i32 {
  // ORDER: claim: each caller gets a value of its own.
  return add(cell, value)
}
