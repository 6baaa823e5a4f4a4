/**
 * Records of an issuer's own: a ring, a channel, a page of counters. Named by a token, one word, which may stand wherever
 * there is a word: in `Fence.user`, in another record, in a cell. Nobody holds a reference on one: whether anybody can still
 * come when it is discarded is the issuer's business, and who comes too late is an oops in every flavour.
 *
 * `IssuerRecord.token` is the commit at both ends: written when the record is whole, taken away by the one who discards it.
 *
 * Each access looks at it on both sides, but for one that gives back a count (`addToRecord`). Before: what is dead is left alone. After: it may have gone meanwhile, and then
 * what was read is poison, or another's, and what was written may be in the next tenant's way. That, too, is told. A token repeats after 32
 * lives of its record (`tag.ts`): who comes so late is not told.
 *
 * DEATH: whoever dies between the claim and `give` leaves a record that is in use and has no token: it is lost, and that is all.
 */
import { clear } from "../clear"
import * as host from "../host"
import { IssuerRecord, RecordType } from "../layout/issuer-record"
import { Oops } from "../layout/oops"
import { Address, Kind, Poison } from "../layout/record"
import { give, take } from "../pool"
import { tagged, untagged } from "../tag"
import { add, compareExchange, exchange, load, poke, store } from "../words"

/** A new record of words that are zero: its token, or NONE when the heap is full. The caller writes its name before it shares the token. */
export function createRecord(thread: i32, loadId: i32): i32 {
  const record = take(thread, Kind.IssuerRecord)
  if (record == Address.None) return Address.None
  // ORDER: publish "no work". Pairs with `isWork` of `issuer/works.ts`.
  store(record + IssuerRecord.type, RecordType.Plain)
  poke(record + IssuerRecord.loadId, loadId)
  clear(record, IssuerRecord.words, IssuerRecord.words + IssuerRecord.Words * 4)
  const token = tagged(record)
  // ORDER: publish the record. Pairs with `isRecordLive`.
  store(record + IssuerRecord.token, token)
  return token
}

/** Whether a token names a record that has not been discarded. May be late, unless the caller knows that nobody discards it. */
export function isRecordLive(token: i32): i32 {
  // ORDER: observe: the token stands there for as long as this life lasts. Pairs with `createRecord` and `discardRecord`.
  return load(untagged(token) + IssuerRecord.token) == token ? 1 : 0
}

/** Ends a record's life: poisons its words, and gives it back at once. An oops if that has been done. */
export function discardRecord(thread: i32, token: i32): void {
  const record = untagged(token)
  // ORDER: claim: one thread ends it. Pairs with `isRecordLive`:
  //  - an access looks first: it may still read or write, and looks again afterwards;
  //  - we come first: it finds no token, or another life's.
  if (compareExchange(record + IssuerRecord.token, token, Address.None) != token) oopsDead(token, -1)
  // ORDER: publish the poison: a reader that looked before our claim finds it, or what was there, and then no token.
  for (let i = 0; i < IssuerRecord.Words; i++) store(record + IssuerRecord.words + (i << 2), Poison.Word)
  give(thread, Kind.IssuerRecord, record)
}

/** The issuer's word number `index`. */
export function readRecord(token: i32, index: i32): i32 {
  const word = liveWord(token, index)
  // ORDER: observe what was done before it was written.
  const value = load(word)
  assertRecord(token, index)
  return value
}

export function writeRecord(token: i32, index: i32, value: i32): void {
  const word = liveWord(token, index)
  // ORDER: publish what was done before.
  store(word, value)
  assertRecord(token, index)
}

/**
 * Adds to a word; returns its value before. Who adds a negative number gives back a count: whoever gives back the last may end the record
 * right after it, and that is no mistake of ours. So nobody looks again then: whether it had gone before is asked once, beforehand.
 */
export function addToRecord(token: i32, index: i32, value: i32): i32 {
  const word = liveWord(token, index)
  // ORDER: claim: each caller gets a value of its own.
  const before = add(word, value)
  if (value >= 0) assertRecord(token, index)
  return before
}

/** Replaces a word; returns what was there before. */
export function exchangeRecord(token: i32, index: i32, value: i32): i32 {
  const word = liveWord(token, index)
  // ORDER: claim: one of those who take gets what was there.
  const before = exchange(word, value)
  assertRecord(token, index)
  return before
}

/** Replaces a word that holds `expected`; returns what was there before, so equality means "done". */
export function compareExchangeRecord(token: i32, index: i32, expected: i32, value: i32): i32 {
  const word = liveWord(token, index)
  // ORDER: claim: one of those who expect the same gets it.
  const before = compareExchange(word, expected, value)
  assertRecord(token, index)
  return before
}

/** Address of a word of a live record. */
function liveWord(token: i32, index: i32): i32 {
  assertRecord(token, index)
  return untagged(token) + IssuerRecord.words + (index << 2)
}

/** An oops if the record that a token names has gone. `index`: which word was wanted, or -1. */
export function assertRecord(token: i32, index: i32): void {
  if (!isRecordLive(token)) oopsDead(token, index)
}

function oopsDead(token: i32, index: i32): void {
  host.oops(Oops.DeadRecord, untagged(token), token, index)
}
