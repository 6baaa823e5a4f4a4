/** What all shared objects have in common: a type, references, a lock. */
import { clear } from "../clear"
import { putOffObject } from "../deferral"
import { Address, Kind, Record, Size } from "../layout/record"
import { SharedObject } from "../layout/object"
import { take } from "../pool"
import { addRefTo, dropRefFrom, tryAddRefTo } from "../refcount"
import { load, peek, poke, store } from "../words"

/**
 * A new object, all its own words zero, that nobody can open: it has no reference. Whoever makes it writes its words and calls
 * `publishObject`, or gives it back. NONE when the heap is full. PLAIN: nobody reads its words before.
 */
export function takeObject(thread: i32, type: i32): i32 {
  const object = take(thread, Kind.Object)
  if (object == Address.None) return Address.None
  clear(object, SharedObject.type, Size.Object)
  poke(object + SharedObject.type, type)
  return object
}

/** It is all made: its first reference, the caller's. */
export function publishObject(object: i32): void {
  // ORDER: publish the object's words. Pairs with `tryAddRefTo` of `refcount.ts` in `openObject`: a token that was guessed, or
  // put together from two, may name this life of the record before it was shared. It finds no reference, or all the words.
  store(object + SharedObject.refs, 1)
}

/** A new object with one reference that is all made when its words are zero; NONE when the heap is full. */
export function createObject(thread: i32, type: i32): i32 {
  const object = takeObject(thread, type)
  if (object != Address.None) publishObject(object)
  return object
}

/** A reference to the object that a token names: its address, or NONE when that life of the record is over, or of another type. */
export function openObject(thread: i32, object: i32, generation: i32, type: i32): i32 {
  // ORDER: observe, then check: as in `open` of `fence/references.ts`. PLAIN: with a reference the type is what it is.
  if (load(object + Record.generation) != generation || !tryAddRefTo(object + SharedObject.refs)) return Address.None
  if (load(object + Record.generation) == generation && peek(object + SharedObject.type) == type) return object
  dropObjectRef(thread, object)
  return Address.None
}

export function addObjectRef(object: i32): void {
  addRefTo(object + SharedObject.refs, object)
}

/** Gives a reference back. With the last one the release is put off: see `release.ts`. */
export function dropObjectRef(thread: i32, object: i32): void {
  if (dropRefFrom(object + SharedObject.refs, object)) putOffObject(thread, object)
}
