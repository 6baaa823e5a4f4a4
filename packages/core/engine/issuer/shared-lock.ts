/**
 * One lock for the fences of several timelines. Each timeline that has it holds a reference (`Lock.refs`). Where locks are counted
 * every fence does, too, and the lock stays until the last of them (I12); where they dangle it goes with the last timeline.
 * A token of it is the tagged address of its record.
 */
import * as host from "../host"
import { Lock } from "../layout/module"
import { Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { retire } from "../rcu/retire"
import { addRefTo, dropRefFrom, tryAddRefTo } from "../refcount"
import { follow, isAlive, untagged } from "../tag"

/** The lock word behind a token; an oops if the lock has gone. */
export function sharedLockWord(token: i32): i32 {
  return follow(token, Oops.DeadLock, Address.None) + Lock.word
}

/** One more timeline has the lock that a token names. An oops if it has gone. */
export function borrowLock(thread: i32, token: i32): void {
  const refs = untagged(token) + Lock.refs
  if (!isAlive(token) || !tryAddRefTo(refs)) host.oops(Oops.DeadLock, Address.None, token, 0)
  // With a reference the record stays in the life in which it is: as in `open` of `fence/references.ts`.
  if (isAlive(token)) return
  dropLockRef(thread, token)
  host.oops(Oops.DeadLock, Address.None, token, 0)
}

/** A fence borrows its issuer's lock (where locks are counted): the record stays until the last borrower has gone (I12). */
export function addLockRef(pointer: i32): void {
  addRefTo(untagged(pointer) + Lock.refs, untagged(pointer))
}

export function dropLockRef(thread: i32, pointer: i32): void {
  const record = untagged(pointer)
  if (dropRefFrom(record + Lock.refs, record)) retire(thread, record)
}
