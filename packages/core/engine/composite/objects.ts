/** What all shared objects have in common: a type, references, a lock. */
import { putOffObject } from "../deferral"
import { Address, Kind, Record, Size } from "../layout/record"
import { SharedObject } from "../layout/object"
import { take } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { addRefTo, dropRefFrom, tryAddRefTo } from "../refcount"
import { load, peek, poke } from "../words"

/** A new object with one reference, all its own words zero; NONE when the heap is full. PLAIN: nobody else knows it. */
export function createObject(thread: i32, type: i32): i32 {
  const object = take(thread, Kind.Object)
  if (object == Address.None) return Address.None
  for (let at: i32 = SharedObject.type; at < Size.Object; at += 4) poke(object + at, 0)
  poke(object + SharedObject.type, type)
  poke(object + SharedObject.refs, 1)
  return object
}

/** A reference to the object that a token names: its address, or NONE when that life of the record is over. */
export function openObject(thread: i32, object: i32, generation: i32, type: i32): i32 {
  readLock(thread)
  // ORDER: observe: in a section a record that is still in this life stays in it, at least as memory.
  const ours =
    load(object + Record.generation) == generation &&
    peek(object + SharedObject.type) == type &&
    tryAddRefTo(object + SharedObject.refs) != 0
  readUnlock(thread)
  return ours ? object : Address.None
}

export function addObjectRef(object: i32): void {
  addRefTo(object + SharedObject.refs, object)
}

/** Gives a reference back. With the last one the release is put off: see `release.ts`. */
export function dropObjectRef(thread: i32, object: i32): void {
  if (dropRefFrom(object + SharedObject.refs, object)) putOffObject(thread, object)
}
