/**
 * A value of several words that is read without a lock: read, copy, update. A writer makes a new version, all of it, and puts it in the
 * place of the last one by one step; who reads that one, in a read section, keeps it until the section ends.
 *
 * Two writers: the one whose step comes second has lost, and begins anew from the version that it finds; or, if it wants to replace
 * whatever is there, tries again.
 *
 * DEATH: the object's word is the commit. What was being made hangs in the seat of its thread (`Thread.draft`), block by block, and so
 * does what it has replaced (`Thread.replaced`). Whether a draft was published is seen by the object; or, if another has replaced it
 * since, by its word `published`, which is written before that; or it has been given back, and its generation says so.
 */
import { assertSteps } from "../bound"
import { assertLive } from "../check"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind, Record } from "../layout/record"
import { Slots } from "../layout/slots"
import { Thread } from "../layout/thread"
import { Version, Versions } from "../layout/versions"
import { nextInUse, take } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { retire } from "../rcu/retire"
import { compareExchange, load, peek, poke, store } from "../words"
import { publishObject, takeObject } from "../composite/objects"

/** A new object with one reference, its first version the one that this thread has made; NONE when the heap is full: the draft stays. */
export function createVersions(thread: i32, version: i32): i32 {
  const object = takeObject(thread, ObjectType.Versions)
  if (object == Address.None) return Address.None
  poke(thread + Thread.draftLife, peek(version + Record.generation))
  // ORDER: publish the version: whoever clears up after us finds it here.
  store(object + Versions.current, version)
  publishObject(object)
  poke(thread + Thread.draft, Address.None)
  return object
}

/** A version for so many bytes, of this thread, to be written and published; NONE when the heap is full. PLAIN: nobody else knows it. */
export function createVersion(thread: i32, bytes: i32): i32 {
  const perBlock = Version.Capacity * 4
  poke(thread + Thread.draftLife, 0)
  let first: i32 = Address.None
  for (let left = bytes; first == Address.None || left > 0; left -= perBlock) {
    const block = take(thread, Kind.Slots)
    if (block == Address.None) {
      retireChain(thread, thread + Thread.draft)
      return Address.None
    }
    poke(block + Slots.next, first)
    poke(thread + Thread.draft, block)
    first = block
  }
  poke(first + Slots.count, bytes)
  poke(first + Version.published, 0)
  return first
}

/** Gives up what this thread was making. */
export function discardVersion(thread: i32): void {
  retireChain(thread, thread + Thread.draft)
}

/**
 * Puts the version that this thread has made in the place of the last one, if that is `expected` still, in this generation, or whatever it
 * is when `expected` is NONE: 1, or 0 when it is another by now; then the version is a draft still.
 */
export function publishVersion(thread: i32, object: i32, version: i32, expected: i32, generation: i32): i32 {
  assertLive(object)
  readLock(thread)
  poke(thread + Thread.draftLife, peek(version + Record.generation))
  const done = replace(thread, object, version, expected, generation)
  if (done == 0) poke(thread + Thread.replaced, Address.None)
  else poke(thread + Thread.draft, Address.None)
  retireChain(thread, thread + Thread.replaced)
  readUnlock(thread)
  return done
}

function replace(thread: i32, object: i32, version: i32, expected: i32, generation: i32): i32 {
  // ORDER: observe the version, in a section: what is there now is not given back before it ends, so its address is no other's.
  let seen = load(object + Versions.current)
  while (true) {
    if (expected != Address.None && (seen != expected || peek(seen + Record.generation) != generation)) return 0
    poke(thread + Thread.replaced, seen)
    // ORDER: announce that it has been published, before the object does not say so any more. Pairs with `isPublished`.
    store(seen + Version.published, 1)
    // ORDER: claim, and publish our words: of those who replace this version one does (V2). Readers find ours, whole (V1).
    const found = compareExchange(object + Versions.current, seen, version)
    if (found == seen) return 1
    seen = found
  }
}

/** Gives back a list of blocks, the rest of which hangs in this word, after a grace period. */
function retireChain(thread: i32, word: i32): void {
  let block = peek(word)
  let steps = 0
  while (block != Address.None) {
    assertSteps(++steps, Kind.Slots, word)
    poke(word, peek(block + Slots.next))
    retire(thread, block)
    block = peek(word)
  }
}

/** Nobody has it any more. */
export function releaseVersions(thread: i32, object: i32): void {
  const version = peek(object + Versions.current)
  // ORDER: announce, as in `replace`.
  store(version + Version.published, 1)
  poke(thread + Thread.replaced, version)
  retireChain(thread, thread + Thread.replaced)
}

/** After a death, in the name of the dead: what it was making goes back, or what it had replaced. */
export function endDraft(dead: i32): void {
  const draft = peek(dead + Thread.draft)
  const life = peek(dead + Thread.draftLife)
  if (draft != Address.None) {
    if (life != 0 && isPublished(draft, life)) poke(dead + Thread.draft, Address.None)
    else {
      // What it was about to replace is where it was.
      poke(dead + Thread.replaced, Address.None)
      poke(dead + Thread.draftLife, 0)
      retireChain(dead, dead + Thread.draft)
    }
  }
  retireChain(dead, dead + Thread.replaced)
}

/** Whether a draft that may have been published has been. */
function isPublished(draft: i32, life: i32): bool {
  for (
    let object = nextInUse(Kind.Object, Address.None);
    object != Address.None;
    object = nextInUse(Kind.Object, object)
  )
    // ORDER: check: where it was published, then whether it was replaced. Pairs with `replace`.
    // An object that is just being made has no reference: its version goes back.
    if (
      peek(object + SharedObject.type) == ObjectType.Versions &&
      peek(object + SharedObject.refs) > 0 &&
      load(object + Versions.current) == draft
    )
      return true
  // In this order: if it is the same life at last, the word was that one's.
  return load(draft + Version.published) == 1 || load(draft + Record.generation) != life
}
