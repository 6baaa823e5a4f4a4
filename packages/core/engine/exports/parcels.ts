/** Parcels that are taken, or taken back; each operation settles what it has put off. */
import { cancelParcel as cancelIt, takeParcel as takeIt } from "../composite/parcel"
import { settle } from "../work"

/** Takes what is in the parcel that a token names, with its reference; NONE if it is there no more (`composite/parcel.ts`). */
export function takeParcel(thread: i32, parcel: i32, generation: i32, type: i32): i32 {
  const content = takeIt(thread, parcel, generation, type)
  settle(thread)
  return content
}

/** Takes it back, and gives up what is in it: 1, or 0 if it is there no more. */
export function cancelParcel(thread: i32, parcel: i32, generation: i32): i32 {
  const done = cancelIt(thread, parcel, generation)
  settle(thread)
  return done
}
