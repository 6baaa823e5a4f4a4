/**
 * Fixed-size records, handed out and taken back.
 *
 * Magazines (Bonwick & Adams 2001). A thread keeps two private magazines of free fences and callbacks: taking and
 * giving back touch no shared word. When both are empty it fetches a full one from the depot, when both are full it
 * brings one back; the depot is a first-in-first-out list of magazines under a lock, visited once in `batch` times.
 * Rare kinds (modules, texts, timelines, locks) go to the depot one by one.
 *
 * In the checked flavour everything does, so that a freed record, filled with poison, rests for as long as the pool
 * allows before it is used again: that is the quarantine.
 *
 * Giving back means "nobody can still be looking": it is `retire` (rcu/retire.ts) that waits for that, not the pool.
 *
 * DEATH: a magazine changes hands under the depot's lock, where it is for a moment in the depot and in the thread's seat.
 * `repairDepot` takes it out of the seat: so no magazine is lost, and none is in two places. A single record that a
 * thread has just taken, or is just giving back, is lost with it.
 */
import { assertSteps, capacityOf, seatsAmong } from "./bound"
import * as host from "./host"
import { Header, Pool } from "./layout/header"
import { Fence } from "./layout/fence"
import { IssuerRecord } from "./layout/issuer-record"
import { Callback } from "./layout/callback"
import { Oops } from "./layout/oops"
import { Owner } from "./layout/owner"
import { Address, Kind, Poison, Record, Size } from "./layout/record"
import { Cache, Thread } from "./layout/thread"
import { lockSoon, lockToArm } from "./locks/impatient"
import { unlock } from "./locks/lock"
import { hangOnChain } from "./chains"
import { load, peek, poke, store } from "./words"

export function poolOf(kind: i32): i32 {
  return Header.pools + kind * Pool.Bytes
}

/** The private magazines for this kind, or NONE if the kind has none. */
function cacheOf(thread: i32, kind: i32): i32 {
  if (CHECKED) return Address.None
  if (kind == Kind.Fence) return thread + Thread.fenceCache
  if (kind == Kind.Callback) return thread + Thread.callbackCache
  return Address.None
}

/** Takes a record of this kind, its generation already odd; NONE when there is none left for this thread. */
export function take(thread: i32, kind: i32): i32 {
  const cache = cacheOf(thread, kind)
  let record: i32
  if (cache == Address.None) {
    record = takeMagazine(thread, kind, Address.None)
    if (record == Address.None) return Address.None
  } else {
    if (peek(cache + Cache.head) == Address.None && !refill(thread, kind, cache)) return Address.None
    record = peek(cache + Cache.head)
    poke(cache + Cache.head, peek(record + Record.link))
    poke(cache + Cache.count, peek(cache + Cache.count) - 1)
  }
  const generation = peek(record + Record.generation)
  if (CHECKED && (generation & 1) != 0) host.oops(Oops.DoubleFree, record, generation, kind)
  // ORDER: publish the new life: a stale handle that compares generations sees that its own is over. Pairs with `open` of
  // `fence/references.ts`.
  store(record + Record.generation, generation + 1)
  return record
}

/**
 * Gives a record back. Nobody may still be looking at it. Waits for no lock: while the depot's stays taken, for its holder may be dead,
 * the record hangs on a chain as if it had been retired once more, and the answer is false.
 */
export function give(thread: i32, kind: i32, record: i32): bool {
  const generation = peek(record + Record.generation)
  if ((generation & 1) == 0) host.oops(Oops.DoubleFree, record, generation, kind)
  const pool = poolOf(kind)
  const cache = cacheOf(thread, kind)
  const isAlone = cache == Address.None
  const isFull = isAlone || peek(cache + Cache.count) == peek(pool + Pool.batch)
  if (isFull && !(isAlone ? lockSoon(thread, pool + Pool.lock) : stow(thread, kind, cache))) {
    giveLater(thread, kind, record)
    return false
  }
  // ORDER: publish the end of this life, before the record can begin another.
  store(record + Record.generation, generation + 1)
  if (CHECKED) poison(thread, kind, record)
  if (isAlone) {
    // A magazine of one, and nobody asks for its count, where an object has its references: those of a free record are none (I9).
    poke(record + Record.link, Address.None)
    appendLocked(pool, record)
    unlock(thread, pool + Pool.lock)
    return true
  }
  poke(record + Record.link, peek(cache + Cache.head))
  poke(cache + Cache.head, record)
  poke(cache + Cache.count, peek(cache + Cache.count) + 1)
  return true
}

/** The same after another grace period. Nothing else is to be done with it. */
export function giveLater(thread: i32, kind: i32, record: i32): void {
  if (kind == Kind.Callback) poke(record + Callback.code, 0)
  hangOnChain(thread, record)
}

/** Makes the reserve the magazine in use, or fetches one from the depot. */
function refill(thread: i32, kind: i32, cache: i32): bool {
  let magazine = peek(cache + Cache.reserve)
  // For a moment it is both: `flushCache` minds that.
  poke(cache + Cache.head, magazine)
  poke(cache + Cache.reserve, Address.None)
  if (magazine == Address.None) {
    magazine = takeMagazine(thread, kind, cache + Cache.head)
    if (magazine == Address.None) return false
  }
  poke(cache + Cache.count, peek(magazine + Record.count))
  return true
}

/** Puts the full magazine in reserve, and the reserve into the depot. False if the depot's lock stays taken: nothing was done. */
function stow(thread: i32, kind: i32, cache: i32): bool {
  const reserve = peek(cache + Cache.reserve)
  const full = peek(cache + Cache.head)
  if (reserve != Address.None && !giveMagazine(thread, kind, reserve, cache + Cache.reserve)) return false
  poke(full + Record.count, peek(cache + Cache.count))
  // For a moment it is both: `flushCache` minds that.
  poke(cache + Cache.reserve, full)
  poke(cache + Cache.head, Address.None)
  poke(cache + Cache.count, 0)
  return true
}

/** Takes the oldest magazine out of the depot, into the word `to` of the thread's seat if it is to have one. */
function takeMagazine(thread: i32, kind: i32, to: i32): i32 {
  const pool = poolOf(kind)
  if (!lockToArm(thread, pool + Pool.lock)) return Address.None
  const magazine = peek(pool + Pool.head)
  if (to != Address.None) poke(to, magazine)
  if (magazine != Address.None) poke(pool + Pool.head, peek(magazine + Record.magazine))
  unlock(thread, pool + Pool.lock)
  return magazine
}

/** Puts a magazine at the end of the depot, out of the word `from` of a seat. False if the depot's lock stays taken. */
function giveMagazine(thread: i32, kind: i32, magazine: i32, from: i32): bool {
  const pool = poolOf(kind)
  if (!lockSoon(thread, pool + Pool.lock)) return false
  appendLocked(pool, magazine)
  poke(from, Address.None)
  unlock(thread, pool + Pool.lock)
  return true
}

/** DEATH: the link that reaches it is the commit, from `Pool.head` or from the last magazine; `repairDepot` finds the tail by it. */
function appendLocked(pool: i32, magazine: i32): void {
  poke(magazine + Record.magazine, Address.None)
  // The old tail is only meaningful while the depot is not empty.
  if (peek(pool + Pool.head) == Address.None) poke(pool + Pool.head, magazine)
  else poke(peek(pool + Pool.tail) + Record.magazine, magazine)
  poke(pool + Pool.tail, magazine)
}

/** After a thread died holding the depot's lock, between two of the writes above: what the depot has is not in its seat, and the tail is the tail. */
export function repairDepot(dead: i32, kind: i32): void {
  const pool = poolOf(kind)
  const cache = cacheOf(dead, kind)
  const first = peek(pool + Pool.head)
  let steps = 0
  for (let magazine = first; magazine != Address.None; magazine = peek(magazine + Record.magazine)) {
    assertSteps(++steps, kind, pool)
    poke(pool + Pool.tail, magazine)
  }
  if (cache == Address.None || first == Address.None) return
  leaveToDepot(pool, cache + Cache.head)
  leaveToDepot(pool, cache + Cache.reserve)
}

/** Only the first magazine of the depot can be one that was being taken, and only the last one that was being given. */
function leaveToDepot(pool: i32, word: i32): void {
  const magazine = peek(word)
  if (magazine == peek(pool + Pool.head) || magazine == peek(pool + Pool.tail)) poke(word, Address.None)
}

/**
 * Brings everything this thread keeps back to the depots, when it leaves or after it died: false if a depot's lock stays taken. `owner`
 * may be another thread.
 */
export function flushCaches(thread: i32, owner: i32): bool {
  return (
    flushCache(thread, Kind.Fence, owner + Thread.fenceCache) &&
    flushCache(thread, Kind.Callback, owner + Thread.callbackCache)
  )
}

function flushCache(thread: i32, kind: i32, cache: i32): bool {
  const reserve = peek(cache + Cache.reserve)
  const head = peek(cache + Cache.head)
  // It died while it made one the other.
  if (head == reserve) poke(cache + Cache.head, Address.None)
  if (!flushMagazine(thread, kind, cache + Cache.reserve) || !flushMagazine(thread, kind, cache + Cache.head))
    return false
  poke(cache + Cache.count, 0)
  return true
}

/** Gives a magazine back, with as many records as it has: the count may not have been written yet. */
function flushMagazine(thread: i32, kind: i32, word: i32): bool {
  const magazine = peek(word)
  if (magazine == Address.None) return true
  poke(magazine + Record.count, countChain(magazine, capacityOf(kind)))
  return giveMagazine(thread, kind, magazine, word)
}

/** Fills a freed record with poison, all but what the pool needs and what tells who comes late, and notes who freed it. */
function poison(thread: i32, kind: i32, record: i32): void {
  const size = kind == Kind.IssuerRecord ? IssuerRecord.name : sizeOf(kind)
  for (let at: i32 = Record.count; at < size; at += 4) poke(record + at, Poison.Word)
  const freedBy = kind == Kind.Callback ? Callback.freedBy : Fence.freedBy
  poke(record + freedBy, peek(thread + Thread.id) & Owner.Seat)
}

/** Which pool an address lies in; Kind.Count if in none. */
export function kindOf(record: i32): i32 {
  for (let kind = 0; kind < Kind.Count; kind++) {
    const pool = poolOf(kind)
    if (record >= peek(pool + Pool.base) && record < peek(pool + Pool.end)) return kind
  }
  return Kind.Count
}

/** Whether a word leads to a fence in use. Stays so for who is in a read section, or knows who holds it. */
export function isFence(record: i32): bool {
  // ORDER: observe: nothing hangs on a record that is free, and nobody counts on it.
  return kindOf(record) == Kind.Fence && (load(record + Record.generation) & 1) != 0
}

/** Bytes of a record of this kind. Not as the pool's words say: a walk whose step was overwritten would not end. */
function sizeOf(kind: i32): i32 {
  if (kind == Kind.Fence) return Size.Fence
  if (kind == Kind.Callback) return Size.Callback
  if (kind == Kind.Module) return Size.Module
  if (kind == Kind.Text) return Size.Text
  if (kind == Kind.Timeline) return Size.Timeline
  if (kind == Kind.Lock) return Size.Lock
  if (kind == Kind.Object) return Size.Object
  if (kind == Kind.IssuerRecord) return Size.IssuerRecord
  return kind == Kind.Body ? Size.Body : Size.Slots
}

/** The next record of this kind that is in use after `at`, or from the beginning; NONE at the end. */
export function nextInUse(kind: i32, at: i32): i32 {
  const pool = poolOf(kind)
  const size = sizeOf(kind)
  const end = peek(pool + Pool.end)
  // ORDER: observe that it is in use now; who needs it to stay so is in a read section, or knows who holds it.
  for (let record = at == Address.None ? peek(pool + Pool.base) : at + size; record < end; record += size)
    if (load(record + Record.generation) & 1) return record
  return Address.None
}

/** Records in use, counted one by one. Exact when no thread is taking or giving back. */
export function countInUse(kind: i32): i32 {
  let used = 0
  for (let record = nextInUse(kind, Address.None); record != Address.None; record = nextInUse(kind, record)) used++
  return used
}

/**
 * Free records, counted by walking every magazine: an account independent of `countInUse`.
 * Exact when no thread is taking or giving back; never walks more than `capacity` records, so damage cannot trap it.
 */
export function countFree(kind: i32): i32 {
  const pool = poolOf(kind)
  const capacity = capacityOf(kind)
  let free = 0
  for (let m = peek(pool + Pool.head); m != Address.None && free <= capacity; m = peek(m + Record.magazine))
    free += countChain(m, capacity)
  const used = seatsAmong(peek(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const cache = cacheOf(peek(Header.threads) + i * Size.Thread, kind)
    if (cache == Address.None) continue
    free += countChain(peek(cache + Cache.head), capacity) + countChain(peek(cache + Cache.reserve), capacity)
  }
  return free
}

function countChain(head: i32, limit: i32): i32 {
  let n = 0
  for (let r = head; r != Address.None && n < limit; r = peek(r + Record.link)) n++
  return n
}
