/** The primitives as shared objects: made, and what a dead thread had to do with them. */
import { publishObject, takeObject } from "../composite/objects"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Passing, SyncObject, SyncWord } from "../layout/sync"
import { Thread } from "../layout/thread"
import { OWNER } from "../locks/word"
import { nextInUse } from "../pool"
import { load, peek, poke } from "../words"
import { breakEnd } from "./channel"
import { breakOwned } from "./owned"
import { endReadOf } from "./rwlock"
import { bitOf, leaveWait, mapWord } from "./waiters"

/** A new one of a type, its word and its limit as given, with one reference; NONE when the heap is full. */
export function createSync(thread: i32, type: i32, word: i32, limit: i32): i32 {
  const object = takeObject(thread, type)
  if (object == Address.None) return Address.None
  // PLAIN: nobody reads them before it is published.
  poke(object + SyncObject.word, word)
  poke(object + SyncObject.limit, limit)
  publishObject(object)
  return object
}

// @inline
function isOwned(type: i32): bool {
  return type >= ObjectType.Mutex && type <= ObjectType.Once
}

// @inline
function isEnd(type: i32): bool {
  return type == ObjectType.Channel || type == ObjectType.ChannelOut
}

/** Word of a primitive that this thread has, or that it reads; NONE if there is none. */
export function heldSync(thread: i32): i32 {
  const token = peek(thread + Thread.id)
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  ) {
    const type = peek(object + SharedObject.type)
    if (!isOwned(type) && !isEnd(type)) continue
    // ORDER: observe: our own token, and our own bit, are there only if we wrote them.
    const word = load(object + SyncObject.word)
    // A promise that waits until the readers have gone has nothing yet: it gives the word back when it ends.
    if ((word & OWNER) == token && (type != ObjectType.RwLock || (word & SyncWord.Drains) == 0))
      return object + SyncObject.word
    if (type != ObjectType.RwLock) continue
    if ((load(mapWord(thread, object + SyncObject.readers)) & bitOf(thread)) != 0) return object + SyncObject.word
  }
  return Address.None
}

/**
 * What a dead thread had is given back, and it waits nowhere any more: how many it had. Takes no lock. Who waits is rung
 * afterwards, with everybody.
 */
export function breakSync(dead: i32, token: i32): i32 {
  let broken = 0
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  ) {
    const type = peek(object + SharedObject.type)
    // Behind them are objects where nobody hangs.
    if (type < ObjectType.Mutex || type > ObjectType.ChannelOut) continue
    leaveWait(dead, object, SyncObject.sleepers, Passing.Never)
    leaveWait(dead, object, SyncObject.promises, Passing.Never)
    if (isOwned(type) && breakOwned(token, object)) broken++
    if (isEnd(type) && breakEnd(token, object)) broken++
    if (type == ObjectType.RwLock) endReadOf(dead, object)
  }
  return broken
}
