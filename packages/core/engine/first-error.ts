/** The error of a fence that is made of others. */
import { Fence } from "./layout/fence"
import { compareExchange } from "./words"

/** The first error of all members is the array's (I13). */
export function recordError(array: i32, error: i32): void {
  // ORDER: claim: one error finds 0. It is readable for whoever sees the count go down, and so for the signaler (I5).
  if (error != 0) compareExchange(array + Fence.error, 0, error)
}
