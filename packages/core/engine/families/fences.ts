/** Neither families nor primitives. */
import { Address } from "../layout/record"
import { tellForeign } from "./foreign"

export * from "./none"

export function releaseChannel(_thread: i32, channel: i32): void {
  tellForeign(channel)
}
export function releaseVersions(_thread: i32, object: i32): void {
  tellForeign(object)
}
/** A thread that died had sent nothing. */
export function endParcels(_dead: i32, _token: i32): void {}
/** It was making no version of a value. */
export function endDraft(_dead: i32): void {}
/** A thread that died held no primitive. */
export function breakSync(_dead: i32, _token: i32): i32 {
  return 0
}
/** A thread that is about to leave holds none. */
export function heldSync(_thread: i32): i32 {
  return Address.None
}
