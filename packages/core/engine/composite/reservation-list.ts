/** The list of a reservation: blocks of `Slots`, built by one thread, published whole, retired whole. */
import { assertCount, assertSteps, breakOff } from "../bound"
import { Slots } from "../layout/slots"
import { Address, Kind } from "../layout/record"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { dropRef } from "../fence/references"
import { load, peek, poke } from "../words"

/** The bits of a slot that are not the fence's address: its usage. */
export const USAGE: i32 = 3

/** An empty list with room for at least so many, all slots NONE; NONE when the heap is full. PLAIN: nobody else knows it. */
export function takeList(thread: i32, room: i32): i32 {
  let list: i32 = Address.None
  for (let left = room; left > 0; left -= Slots.Capacity) {
    const block = take(thread, Kind.Slots)
    if (block == Address.None) {
      giveList(thread, list)
      return Address.None
    }
    for (let i = 0; i < Slots.Capacity; i++) poke(slotOf(block, i), Address.None)
    poke(block + Slots.count, 0)
    poke(block + Slots.next, list)
    list = block
  }
  return list
}

/** Gives back a list that nobody else ever saw. */
export function giveList(thread: i32, list: i32): void {
  let block = list
  let steps = 0
  while (block != Address.None) {
    assertSteps(++steps, Kind.Slots, list)
    const next = peek(block + Slots.next)
    give(thread, Kind.Slots, block)
    block = next
  }
}

/** Gives back a list that readers may still be walking over. */
export function retireList(thread: i32, list: i32): void {
  let block = list
  let steps = 0
  while (block != Address.None) {
    assertSteps(++steps, Kind.Slots, list)
    const next = peek(block + Slots.next)
    retire(thread, block)
    block = next
  }
}

/** The block of slot `index`, when the slot before it lies in `block`. PLAIN: a published list keeps its blocks. */
// @inline
export function blockOf(block: i32, index: i32): i32 {
  return index > 0 && index % Slots.Capacity == 0 ? nextBlock(block) : block
}

/** The block from which `blockOf` goes on behind slot `index`, or behind the last one. */
export function blockAt(list: i32, index: i32): i32 {
  let block = list
  for (let at = 0; at <= index && at < countOf(list); at++) block = blockOf(block, at)
  return block
}

function nextBlock(block: i32): i32 {
  const next = peek(block + Slots.next)
  if (next == Address.None) breakOff(block)
  return next
}

/** Address of slot `index` of the list, which lies in this block. */
// @inline
export function slotOf(block: i32, index: i32): i32 {
  return block + Slots.first + ((index % Slots.Capacity) << 2)
}

/** How many fences a list holds: so many of its slots may be read. */
// @inline
export function countOf(list: i32): i32 {
  // ORDER: observe the slots below it (I14). Pairs with `addFence` of `reservation.ts`.
  const count = list == Address.None ? 0 : load(list + Slots.count)
  assertCount((count / Slots.Capacity) | 0, Kind.Slots, list)
  return count
}

/** Gives up the reference in each of the first `count` slots. */
export function dropFences(thread: i32, list: i32, count: i32): void {
  let block = list
  for (let index = 0; index < count; index++) {
    block = blockOf(block, index)
    dropRef(thread, peek(slotOf(block, index)) & ~USAGE)
  }
}
