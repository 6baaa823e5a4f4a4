/** Handles are made by this package, and by those that build on it: an address that somebody else gives would be believed. */

/** What the constructor of a handle wants to see. */
export const MADE: unique symbol = Symbol("made by @outlive/core")

/** The constructor of a handle was called by somebody else. @throws TypeError */
export function refuseMaking(what: string, instead: string): never {
  throw new TypeError(`Cannot construct ${what}: ${instead} makes one`)
}
