/**
 * Parcels: a token that carries a reference. Whoever takes it has the reference, once; whoever comes later finds another generation, or a
 * state that is not to be taken.
 *
 * A parcel is found by its token alone, so it may have gone, and its record be anything by now. A read section keeps what is retired
 * from now on; and who has seen within it that the parcel was there to be taken, in the very life that the token names, knows that
 * it had not been retired before.
 *
 * DEATH: the state is the commit. Until it is 0 what is in the parcel belongs to the parcel, and `endParcels` gives it back: of a dead
 * sender, and of one that died while it took it. From 0 on it is the taker's, as what it holds by a handle.
 */
import { ObjectType, SharedObject } from "../layout/object"
import { Parcel } from "../layout/parcel"
import { Address, Kind, Record } from "../layout/record"
import { Thread } from "../layout/thread"
import { nextInUse } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { retire } from "../rcu/retire"
import { compareExchange, load, peek, poke, store } from "../words"
import { dropRef } from "../fence/references"
import { dropObjectRef, takeObject } from "./objects"

/** For `openParcel`: whatever is in it. */
const ANY: i32 = -1

/** A parcel with this in it, whose reference it takes over; NONE when the heap is full: then the reference is the caller's still. */
export function createParcel(thread: i32, content: i32, type: i32): i32 {
  const parcel = takeObject(thread, ObjectType.Parcel)
  if (parcel == Address.None) return Address.None
  // PLAIN: nobody reads them before the state says so.
  poke(parcel + Parcel.content, content)
  poke(parcel + Parcel.type, type)
  poke(parcel + Parcel.sender, peek(thread + Thread.id))
  // ORDER: publish the words: from here on it can be taken. Pairs with `isThere`.
  store(parcel + Parcel.state, peek(parcel + Record.generation))
  return parcel
}

/** Takes what is in the parcel that a token names, with its reference: its address; NONE if it is there no more, or holds something of another type. */
export function takeParcel(thread: i32, parcel: i32, generation: i32, type: i32): i32 {
  const content = openParcel(thread, parcel, generation, type)
  if (content != Address.None) discard(thread, parcel)
  return content
}

/** Takes a parcel back, whatever is in it, and gives that up: 1, or 0 if it is there no more. */
export function cancelParcel(thread: i32, parcel: i32, generation: i32): i32 {
  const content = openParcel(thread, parcel, generation, ANY)
  if (content == Address.None) return 0
  giveUp(thread, parcel, content)
  return 1
}

/** Claims a parcel: what is in it, which is the parcel's still; NONE if another has come first. */
function openParcel(thread: i32, parcel: i32, generation: i32, type: i32): i32 {
  readLock(thread)
  let content: i32 = Address.None
  if (isThere(parcel, generation) && (type == ANY || type == peek(parcel + Parcel.type))) {
    // ORDER: claim: one thread takes it (P1). In our section the record is this parcel still, for it was there within it.
    if (compareExchange(parcel + Parcel.state, generation, peek(thread + Thread.id)) == generation)
      content = peek(parcel + Parcel.content)
  }
  readUnlock(thread)
  return content
}

/** Whether it is there to be taken, in this life. In a read section. */
function isThere(parcel: i32, generation: i32): bool {
  // ORDER: observe the state between two looks at the generation: so it was that life's. Pairs with `createParcel`.
  if (load(parcel + Record.generation) != generation || peek(parcel + SharedObject.type) != ObjectType.Parcel)
    return false
  return load(parcel + Parcel.state) == generation && load(parcel + Record.generation) == generation
}

/** The parcel is ours, and what was in it is handed out. */
function discard(thread: i32, parcel: i32): void {
  // ORDER: publish: from here on a death of ours is not the parcel's any more. Pairs with `endParcels`.
  store(parcel + Parcel.state, 0)
  retire(thread, parcel)
}

function giveUp(thread: i32, parcel: i32, content: i32): void {
  const type = peek(parcel + Parcel.type)
  discard(thread, parcel)
  if (type == 0) dropRef(thread, content)
  else dropObjectRef(thread, content)
}

/** After a death, in the name of the dead: what it had sent and nobody took is given back, and what it was taking. */
export function endParcels(dead: i32, token: i32): void {
  for (
    let parcel = nextInUse(Kind.Object, Address.None);
    parcel != Address.None;
    parcel = nextInUse(Kind.Object, parcel)
  ) {
    if (peek(parcel + SharedObject.type) != ObjectType.Parcel) continue
    // ORDER: observe: another may take it meanwhile. Pairs with `discard`.
    const state = load(parcel + Parcel.state)
    const isSent = peek(parcel + Parcel.sender) == token && state == peek(parcel + Record.generation)
    // ORDER: claim, as in `openParcel`: of those who take it, and us.
    if (state == token || (isSent && compareExchange(parcel + Parcel.state, state, token) == state))
      giveUp(dead, parcel, peek(parcel + Parcel.content))
  }
}
