/** Who holds a fence, and what happens when nobody does. */
import { assertFence, assertReading } from "../check"
import { FENCE, putOffFence } from "../deferral"
import * as host from "../host"
import { Fence } from "../layout/fence"
import { Oops } from "../layout/oops"
import { Address, Record } from "../layout/record"
import { readLock, readUnlock } from "../rcu/epoch"
import { addRefTo, dropRefFrom, tryAddRefTo } from "../refcount"
import { load } from "../words"

/** Adds a reference on behalf of a holder. */
export function addRef(fence: i32): void {
  assertFence(fence)
  addRefTo(fence + Fence.refs, fence)
}

/** Adds a reference to a fence found under RCU, unless it is on its way out: 1 or 0. */
export function tryAddRef(thread: i32, fence: i32): i32 {
  assertReading(thread, fence)
  assertFence(fence)
  return tryAddRefTo(fence + Fence.refs)
}

/**
 * The fence that a cell points to, with a reference for the caller; NONE if the cell is empty. May be called anywhere.
 * `dma_fence_get_rcu_safe`: the cell may be replaced at any time, and what it pointed to dropped.
 */
export function tryAddRefAt(thread: i32, cell: i32): i32 {
  readLock(thread)
  let answer: i32 = Address.None
  let gone: i32 = Address.None
  while (true) {
    // ORDER: observe the record. Pairs with `publish` and `replace` of `cells.ts`, and
    // `putFenceLocked` of `composite/syncobj.ts`: a record replaced after our load may
    // have been dropped, but stays as memory for this section, and `tryAddRef` decides.
    const fence = load(cell)
    if (fence == Address.None) break
    if (tryAddRef(thread, fence)) {
      answer = fence
      break
    }
    // On its way out: whoever dropped it has replaced it before. Found once more, nobody will.
    if (fence == gone) host.oops(Oops.UseAfterFree, fence, cell, 0)
    gone = fence
  }
  readUnlock(thread)
  return answer
}

/**
 * A reference to the fence that a token names: its address, or NONE when that life of the record is over. A read section would not
 * do: it keeps what is retired from now on, and what the token names may have been retired before.
 */
export function open(thread: i32, fence: i32, generation: i32): i32 {
  // ORDER: observe: a look before anything is written: a token that is old shall not touch who has the record now.
  if (load(fence + Record.generation) != generation || !tryAddRefTo(fence + Fence.refs)) return Address.None
  // ORDER: check: with a reference the record stays in the life in which it is. Pairs with `take` of `pool.ts`:
  //  - the record was free in between, and is taken again: the generation is another, and the reference goes back;
  //  - else it is the life that the token names.
  if (load(fence + Record.generation) == generation) return fence
  dropRef(thread, fence)
  return Address.None
}

/** Gives a reference back. With the last one the release is put off: see `release.ts`. */
export function dropRef(thread: i32, fence: i32): void {
  assertFence(fence)
  if (dropRefFrom(fence + Fence.refs, fence)) putOffFence(thread, fence, FENCE)
}
