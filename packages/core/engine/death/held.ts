/** Which locks are held, of all that the heap has. For rare paths: everything is looked at. */
import { LONGEST_PAUSE, standAside } from "../backoff"
import { Fence, Flag } from "../layout/fence"
import { Families, Header, Pool } from "../layout/header"
import { Lock } from "../layout/module"
import { ObjectType, SharedObject } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { isSeated, isToken } from "../locks/owner"
import { ownerOf as reservationOwner } from "../locks/owner-word"
import { isTaken, ownerOf, sleepWhileHeld } from "../locks/strategy"
import { nextInUse, poolOf } from "../pool"
import { heldSync } from "../families"
import { peek } from "../words"

/** How long a holder may take before it counts as one that may have died. */
const MOST_LOOKS: i32 = 1000
const PATIENCE_MS: i32 = 10

/** Address of a lock word that this thread holds, or NONE. */
export function heldLock(thread: i32): i32 {
  const token = peek(thread + Thread.id)
  for (let word = nextWord(Address.None); word != Address.None; word = nextWord(word))
    if ((isReservation(word) ? reservationOwner(word) : ownerOf(word)) == token) return word
  const end = peek(Header.cells) + peek(Header.cellCapacity) * 4
  for (let cell = peek(Header.cells); cell < end; cell += 4) if (ownerOf(cell) == token) return cell
  return heldSync(thread)
}

/**
 * Whether each of the engine's locks is free, or is soon given back. Not those that only users take: reservations and
 * cells. A holder that sits in its seat gets a little time, if we have any; for the dead there is no use in waiting.
 */
export function areLocksFree(patient: bool): bool {
  for (let word = nextWord(Address.None); word != Address.None; word = nextWord(word))
    if (!isReservation(word) && !(patient ? isSoonFree(word) : isFree(word))) return false
  return true
}

function isFree(word: i32): bool {
  return !isTaken(word)
}

function isSoonFree(word: i32): bool {
  const owner = ownerOf(word)
  for (let looks = 0; looks < MOST_LOOKS && isLiving(owner); looks++) {
    if (ownerOf(word) != owner) return true
    standAside(LONGEST_PAUSE)
  }
  if (isLiving(owner)) sleepWhileHeld(word, owner, PATIENCE_MS)
  return ownerOf(word) != owner || !isTaken(word)
}

function isLiving(owner: i32): bool {
  return isToken(owner) && isSeated(owner)
}

function isReservation(word: i32): bool {
  if (FAMILIES != Families.All) return false
  const pool = poolOf(Kind.Object)
  if (word < peek(pool + Pool.base) || word >= peek(pool + Pool.end)) return false
  return peek(word - SharedObject.lock + SharedObject.type) == ObjectType.Reservation
}

/**
 * The next lock word after `at`, or the first; NONE at the end. They lie in order of address: the modules' lock, the
 * depots', and then record by record in those pools whose records have one.
 */
function nextWord(at: i32): i32 {
  if (at == Address.None) return Header.modulesLock
  if (at < Header.pools) return Header.pools + Pool.lock
  if (at < Header.pools + (Kind.Count - 1) * Pool.Bytes) return at + Pool.Bytes
  let word: i32 = Address.None
  if (at < peek(poolOf(Kind.Fence) + Pool.end)) word = nextFenceWord(at)
  if (word == Address.None && at < peek(poolOf(Kind.Lock) + Pool.end)) word = nextRecordWord(at, Kind.Lock, Lock.word)
  if (FAMILIES == Families.Fences) return word
  return word != Address.None ? word : nextRecordWord(at, Kind.Object, SharedObject.lock)
}

/** Those of fences that have a lock of their own. */
function nextFenceWord(at: i32): i32 {
  let word = nextRecordWord(at, Kind.Fence, Fence.lock)
  while (word != Address.None && (peek(word - Fence.lock + Fence.flags) & Flag.InlineLock) == 0)
    word = nextRecordWord(word, Kind.Fence, Fence.lock)
  return word
}

function nextRecordWord(at: i32, kind: i32, offset: i32): i32 {
  const base = peek(poolOf(kind) + Pool.base)
  const record = nextInUse(kind, at < base ? Address.None : at - offset)
  return record == Address.None ? Address.None : record + offset
}
