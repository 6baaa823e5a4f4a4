/** Neither families nor primitives. */
import { Families } from "../layout/header"
import { Address } from "../layout/record"
import { tellForeign } from "./none"

export * from "./none"
/** What this build has. */
export const FAMILIES: i32 = Families.Fences

export function releaseChannel(_thread: i32, channel: i32): void {
  tellForeign(channel)
}
/** A thread that died held no primitive. */
export function breakSync(_dead: i32, _token: i32): i32 {
  return 0
}
/** A thread that is about to leave holds none. */
export function heldSync(_thread: i32): i32 {
  return Address.None
}
