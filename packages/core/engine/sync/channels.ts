/** Channels as shared objects: made, and given back with what lies in them. */
import { assertCount, breakOff } from "../bound"
import { publishObject, takeObject } from "../composite/objects"
import { takeList } from "../composite/reservation-list"
import { dropRef } from "../fence/references"
import { ChannelEnd } from "../layout/channel"
import { ObjectType } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Slots } from "../layout/slots"
import { SyncObject } from "../layout/sync"
import { give } from "../pool"
import { retire } from "../rcu/retire"
import { peek, poke } from "../words"

/** A new channel with room for so many blocks of words, with one reference; NONE when the heap is full. `carries`: each word is a fence. */
export function createChannel(thread: i32, blocks: i32, carries: i32): i32 {
  const channel = takeObject(thread, ObjectType.Channel)
  if (channel == Address.None) return Address.None
  // Nobody opens it: it has no reference of its own.
  const out = takeObject(thread, ObjectType.ChannelOut)
  const first = out == Address.None ? Address.None : takeList(thread, blocks * Slots.Capacity)
  if (first == Address.None) {
    if (out != Address.None) give(thread, Kind.Object, out)
    give(thread, Kind.Object, channel)
    return Address.None
  }
  makeCircle(first)
  // PLAIN: nobody reads them before the channel is published.
  prepareEnd(channel, out, first, blocks, carries)
  prepareEnd(out, channel, first, blocks, carries)
  publishObject(channel)
  return channel
}

function makeCircle(first: i32): void {
  let last = first
  while (peek(last + Slots.next) != Address.None) last = peek(last + Slots.next)
  poke(last + Slots.next, first)
}

function prepareEnd(end: i32, other: i32, first: i32, blocks: i32, carries: i32): void {
  poke(end + SyncObject.limit, blocks * Slots.Capacity)
  poke(end + ChannelEnd.other, other)
  poke(end + ChannelEnd.first, first)
  poke(end + ChannelEnd.block, first)
  poke(end + ChannelEnd.carries, carries)
}

/** Nobody has it any more: gives back the fences that were sent and never received, and its memory. PLAIN throughout. */
export function releaseChannel(thread: i32, channel: i32): void {
  const out = peek(channel + ChannelEnd.other)
  if (peek(channel + ChannelEnd.carries) != 0) dropUnreceived(thread, channel, out)
  let block = peek(channel + ChannelEnd.first)
  const blocks = (peek(channel + SyncObject.limit) / Slots.Capacity) | 0
  assertCount(blocks, Kind.Slots, channel)
  for (let left = blocks; left > 0; left--) {
    const next = peek(block + Slots.next)
    retire(thread, block)
    block = next
  }
  retire(thread, out)
}

function dropUnreceived(thread: i32, channel: i32, out: i32): void {
  const capacity = peek(channel + SyncObject.limit)
  const end = peek(channel + ChannelEnd.position) >> 1
  let at = peek(out + ChannelEnd.position) >> 1
  let block = peek(channel + ChannelEnd.first)
  for (let n = ((at % capacity) / Slots.Capacity) | 0; n > 0; n--) block = peek(block + Slots.next)
  let steps = 0
  while (at != end) {
    // There is no more than fits in: else the positions are not what senders and receivers have written.
    if (++steps > capacity) breakOff(channel)
    dropRef(thread, peek(block + Slots.first + ((at % Slots.Capacity) << 2)))
    at = at + 1 == 2 * capacity ? 0 : at + 1
    if (at % Slots.Capacity == 0) block = peek(block + Slots.next)
  }
}
