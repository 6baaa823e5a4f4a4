/** Who holds a fence, and what happens when nobody does. */
import { assertFence, assertReading } from "../check"
import { putOffFence } from "../deferral"
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

/** A reference to the fence that a token names: its address, or NONE when that life of the record is over. */
export function open(thread: i32, fence: i32, generation: i32): i32 {
  readLock(thread)
  // ORDER: observe: in a section a record that is still in this life stays in it, at least as memory.
  const ours = load(fence + Record.generation) == generation && tryAddRefTo(fence + Fence.refs) != 0
  readUnlock(thread)
  return ours ? fence : Address.None
}

/** Gives a reference back. With the last one the release is put off: see `release.ts`. */
export function dropRef(thread: i32, fence: i32): void {
  assertFence(fence)
  if (dropRefFrom(fence + Fence.refs, fence)) putOffFence(thread, fence)
}
