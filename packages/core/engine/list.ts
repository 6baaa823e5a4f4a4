/**
 * The list of callbacks on a fence: intrusive, doubly linked, in order of insertion (I3). The fence's lock guards all of it.
 *
 * DEATH: the links forward, from `first` over `next`, are the commit: a callback that is reached by them is on the list.
 * `repairLocked` makes `previous` and `last` from them.
 */
import { assertSteps } from "./bound"
import { Callback, Unlinked } from "./layout/callback"
import { Fence } from "./layout/fence"
import { Address, Kind } from "./layout/record"
import { peek, poke } from "./words"

/** Hangs a callback at the end. Its mark goes last: see `unlinkLocked`. PLAIN throughout this file: under the fence's lock. */
export function appendLocked(fence: i32, node: i32): void {
  const last = peek(fence + Fence.last)
  poke(node + Callback.next, Address.None)
  if (last == Address.None) poke(fence + Fence.first, node)
  else poke(last + Callback.next, node)
  poke(fence + Fence.last, node)
  poke(node + Callback.previous, last)
}

/** Takes a callback out. It must hang on this fence. Marked first: if we die, `repairLocked` finds it on the list, or marked. */
export function unlinkLocked(fence: i32, node: i32): void {
  const next = peek(node + Callback.next)
  const previous = peek(node + Callback.previous)
  poke(node + Callback.previous, Unlinked.Mark)
  if (previous == Address.None) poke(fence + Fence.first, next)
  else poke(previous + Callback.next, next)
  if (next == Address.None) poke(fence + Fence.last, previous)
  else poke(next + Callback.previous, previous)
}

export function isLinkedLocked(node: i32): bool {
  return peek(node + Callback.previous) != Unlinked.Mark
}

/** Makes `previous` and `last` true again from `next` alone, after a thread died between two of the writes above. */
export function repairLocked(fence: i32): void {
  let previous: i32 = Address.None
  let steps = 0
  for (let node = peek(fence + Fence.first); node != Address.None; node = peek(node + Callback.next)) {
    assertSteps(++steps, Kind.Callback, fence)
    poke(node + Callback.previous, previous)
    previous = node
  }
  poke(fence + Fence.last, previous)
}
