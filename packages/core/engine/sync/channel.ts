/**
 * A channel: messages of words, from many senders to many receivers, through a ring that is made once.
 *
 * Each end has a lock, the word of its object, and a position. Whoever has the sending end writes its message behind the last one,
 * and then moves the end's position: from that step on the message is there, whole. Whoever has the receiving end reads the
 * oldest message, and then moves that position: from that step on it is the receiver's, and its room is free. So the two ends
 * meet in two words only, and a message is seen whole or not at all.
 *
 *   word of an end    owner's token, or none · PARKED: somebody hangs here · BUSY: because another had the end
 *
 * Who waits, and who rings:
 *   a receiver hangs because there is nothing, or because the end is taken. It is rung by who sends, closes, or gives the receiving end
 *              back and leaves something there. One message, one ring: each receiver that has taken one rings the next.
 *   a sender   hangs because there is no room, and is rung by who receives or closes, with all others, for each may want another
 *              length; or because the end is taken (BUSY), and is rung by who gives it back. Nobody that found no room rings
 *              for that: two that want more than there is would ring each other for ever.
 *
 * DEATH: the position is the commit. What a dead thread had written before it is in nobody's way; `blockAt` says whether `block` was
 * still written after it. `breakEnd` gives the end back.
 */
import { assertCount } from "../bound"
import { assertLive } from "../check"
import * as host from "../host"
import { ChannelEnd, Passage } from "../layout/channel"
import { Oops } from "../layout/oops"
import { Owner } from "../layout/owner"
import { Kind } from "../layout/record"
import { Slots } from "../layout/slots"
import { SyncObject, SyncWord } from "../layout/sync"
import { Thread } from "../layout/thread"
import { isGone } from "../locks/owner"
import { OWNER, PARKED, assertToken } from "../locks/word"
import { add, compareExchange, load, or, peek, poke, store } from "../words"
import { roundsBeforeSleep, standAsideLonger } from "./spin"
import { bitOf, calm, hangUp, mapWord, ringAll, ringBoth, ringOthers } from "./waiters"

/** The receiving end. */
// @inline
function outOf(channel: i32): i32 {
  return peek(channel + ChannelEnd.other)
}

/** How many words lie there. For who has an end: it may be late on the other one's side, and so too careful. */
function wordsThere(channel: i32): i32 {
  // ORDER: observe: the receivers' position first. Who has hung itself up before, and sees it too low, is rung by whoever moved it since.
  const received = load(outOf(channel) + ChannelEnd.position) >> 1
  const words = (load(channel + ChannelEnd.position) >> 1) - received
  return words < 0 ? words + 2 * peek(channel + SyncObject.limit) : words
}

// @inline
function roomIn(channel: i32): i32 {
  return peek(channel + SyncObject.limit) - wordsThere(channel)
}

/** Whether it was closed. */
// @inline
function isClosed(channel: i32): bool {
  // ORDER: observe what was sent before: CLOSED is a bit of the senders' position.
  return (load(channel + ChannelEnd.position) & ChannelEnd.Closed) != 0
}

/** Nothing is there any more, and nothing will come. */
function isOver(channel: i32): bool {
  // In this order: after CLOSED nothing is sent.
  return isClosed(channel) && wordsThere(channel) == 0
}

/** Takes an end, if nobody has it. */
function takeEnd(thread: i32, end: i32): bool {
  const word = end + SyncObject.word
  // ORDER: claim: one thread has the end (U6). Pairs with `giveEnd`: what the last one wrote is readable now.
  let seen = load(word)
  while ((seen & OWNER) == 0) {
    const found = compareExchange(word, seen, seen | peek(thread + Thread.id))
    if (found == seen) return true
    seen = found
  }
  return false
}

/** Gives it back; says which of the flags were there. BUSY goes down: whoever put it up is to be rung by us. */
function giveEnd(thread: i32, end: i32, flags: i32): i32 {
  const word = end + SyncObject.word
  const me = peek(thread + Thread.id)
  // ORDER: publish what we wrote. Pairs with `takeEnd`, and with `hangUp` of `waiters.ts`: either we find the flag that a waiter
  // put up after its bit, or its compareExchange finds another word.
  let seen = load(word)
  while (true) {
    if ((seen & OWNER) != me)
      host.oops((seen & OWNER) == 0 ? Oops.LockNotHeld : Oops.ForeignUnlock, word, me & Owner.Seat, seen & Owner.Seat)
    const found = compareExchange(word, seen, (seen & PARKED) | flags)
    if (found == seen) return seen & (PARKED | SyncWord.Busy)
    seen = found
  }
}

/** Somebody has the end: true if that one has left the heap, and has it no more. */
function healEnd(end: i32, seen: i32): bool {
  assertToken(end + SyncObject.word, seen)
  return isGone(seen & OWNER) && breakEnd(seen & OWNER, end)
}

/** The owner has died in the middle: true if it had the end. Who hangs is rung with everybody (death/reclaim.ts), or by the next that gives it back. */
export function breakEnd(token: i32, end: i32): bool {
  const word = end + SyncObject.word
  // ORDER: observe: only its owner gives it back, and waiters put flags up only.
  let seen = load(word)
  while ((seen & OWNER) == token) {
    // ORDER: claim: of those who see the death one gives it back, and counts it.
    const found = compareExchange(word, seen, seen & ~OWNER)
    if (found == seen) {
      add(end + ChannelEnd.broken, 1)
      return true
    }
    seen = found
  }
  return false
}

/** Address of the word at the end's position, and its block into `block`. The end is ours. */
function seek(end: i32): i32 {
  // PLAIN: only who has the end moves its position.
  const position = peek(end + ChannelEnd.position) >> 1
  const capacity = peek(end + SyncObject.limit)
  const at = position < capacity ? position : position - capacity
  if (peek(end + ChannelEnd.blockAt) != position) {
    let block = peek(end + ChannelEnd.first)
    const blocks = (at / Slots.Capacity) | 0
    assertCount(blocks, Kind.Slots, end)
    for (let n = blocks; n > 0; n--) block = peek(block + Slots.next)
    poke(end + ChannelEnd.block, block)
    poke(end + ChannelEnd.blockAt, position)
  }
  return peek(end + ChannelEnd.block) + Slots.first + ((at % Slots.Capacity) << 2)
}

/** The position so many words on. */
function positionAfter(end: i32, words: i32): i32 {
  const after = (peek(end + ChannelEnd.position) >> 1) + words
  const round = 2 * peek(end + SyncObject.limit)
  return after < round ? after : after - round
}

/** After the commit: where the end is now. `from`: the word in its block where it was. */
function follow(end: i32, from: i32, position: i32): void {
  let block = peek(end + ChannelEnd.block)
  for (let at = from; at >= Slots.Capacity; at -= Slots.Capacity) block = peek(block + Slots.next)
  poke(end + ChannelEnd.block, block)
  poke(end + ChannelEnd.blockAt, position)
}

/** Where the end is within its block, so many words on. */
function wordAfter(end: i32, words: i32): i32 {
  assertCount((words / Slots.Capacity) | 0, Kind.Slots, end)
  return ((peek(end + ChannelEnd.position) >> 1) % Slots.Capacity) + words
}

/**
 * Begins to send so many words: where the first one goes, or a `Passage`. With an address this thread has the sending end, writes the
 * words, from block to block, and calls `endSend`. At once: another that is just sending is not waited for.
 */
export function beginSend(thread: i32, channel: i32, words: i32): i32 {
  assertLive(channel)
  if (isClosed(channel)) return Passage.Closed
  if (!takeEnd(thread, channel)) return Passage.No
  if (roomIn(channel) >= words) return seek(channel)
  leaveSending(thread, channel)
  return Passage.No
}

/** The same, and looks for a while: for a caller that will sleep. */
export function spinSend(thread: i32, channel: i32, words: i32): i32 {
  let pause = 1
  for (let left = roundsBeforeSleep(); left > 0; left--) {
    if (isClosed(channel)) return Passage.Closed
    if (isFree(channel) && roomIn(channel) >= words) {
      const place = beginSend(thread, channel, words)
      if (place != Passage.No) return place
    }
    pause = standAsideLonger(pause)
  }
  return Passage.No
}

// @inline
function isFree(end: i32): bool {
  // ORDER: observe: whether it is worth trying.
  return (load(end + SyncObject.word) & OWNER) == 0
}

/** The same as a waiter: No, when it has hung itself up. */
export function awaitSend(thread: i32, channel: i32, words: i32, map: i32): i32 {
  assertLive(channel)
  while (true) {
    if (isClosed(channel)) return Passage.Closed
    if (takeEnd(thread, channel)) {
      if (roomIn(channel) >= words) return seek(channel)
      // ORDER: announce our bit, PARKED with the end, and then look again. Pairs with `leaveReceiving` and `closeChannel`.
      //  - our PARKED comes first: who makes room finds it, and rings us;
      //  - the room comes first: we see it.
      or(mapWord(thread, channel + map), bitOf(thread))
      if ((giveEnd(thread, channel, PARKED) & SyncWord.Busy) != 0) ringOthers(thread, channel)
      if (roomIn(channel) < words && !isClosed(channel)) return Passage.No
      continue
    }
    // ORDER: observe: `hangUp` looks again.
    const seen = load(channel + SyncObject.word)
    if ((seen & OWNER) == 0 || healEnd(channel, seen)) continue
    // Whoever closes it meanwhile finds our bit; who had closed it before is seen by the next look, for the owner rings us.
    if (hangUp(thread, channel, seen, SyncWord.Busy, map)) return Passage.No
  }
}

/** The words are written (0: none were): 1 when they are sent, 0 when the channel was closed meanwhile. */
export function endSend(thread: i32, channel: i32, words: i32): i32 {
  let sent = 0
  if (words != 0) {
    const before = peek(channel + ChannelEnd.position)
    const after = positionAfter(channel, words)
    const from = wordAfter(channel, words)
    // ORDER: claim, and publish the words: from here on they are there (U6). Pairs with `closeChannel`: CLOSED is in the word, and so
    // either it was there before, and nothing is sent, or whoever receives sees our words before it sees CLOSED.
    if (
      (before & ChannelEnd.Closed) == 0 &&
      compareExchange(channel + ChannelEnd.position, before, after << 1) == before
    ) {
      sent = 1
      follow(channel, from, after)
    }
  }
  leaveSending(thread, channel)
  // ORDER: check: a receiver puts PARKED up, and then looks for words. Pairs with `awaitReceive`.
  if (sent != 0 && (load(outOf(channel) + SyncObject.word) & PARKED) != 0) {
    ringBoth(outOf(channel))
    calm(outOf(channel), PARKED)
  }
  return sent
}

/** Gives the sending end back. */
function leaveSending(thread: i32, channel: i32): void {
  if ((giveEnd(thread, channel, 0) & SyncWord.Busy) != 0) ringAll(channel)
}

/**
 * Begins to receive: where the oldest message begins, or a `Passage`. With an address this thread has the receiving end, reads the
 * message, and calls `endReceive` with its length in words. At once: another that is just receiving is not waited for.
 */
export function beginReceive(thread: i32, channel: i32): i32 {
  assertLive(channel)
  const out = outOf(channel)
  if (takeEnd(thread, out)) {
    if (wordsThere(channel) != 0) return seek(out)
    leaveReceiving(thread, channel, 0)
  }
  return isOver(channel) ? Passage.Closed : Passage.No
}

/** The same, and looks for a while: for a caller that will sleep. */
export function spinReceive(thread: i32, channel: i32): i32 {
  let pause = 1
  for (let left = roundsBeforeSleep(); left > 0; left--) {
    if (isClosed(channel) || (isFree(outOf(channel)) && wordsThere(channel) != 0)) {
      const place = beginReceive(thread, channel)
      if (place != Passage.No) return place
    }
    pause = standAsideLonger(pause)
  }
  return Passage.No
}

/** The same as a waiter: No, when it has hung itself up. */
export function awaitReceive(thread: i32, channel: i32, map: i32): i32 {
  assertLive(channel)
  const out = outOf(channel)
  while (true) {
    if (takeEnd(thread, out)) {
      if (wordsThere(channel) != 0) return seek(out)
      // ORDER: announce our bit, PARKED with the end, and then look again. Pairs with `endSend` and `closeChannel`.
      //  - our PARKED comes first: who sends finds it, and rings us;
      //  - the words come first: we see them.
      or(mapWord(thread, out + map), bitOf(thread))
      giveEnd(thread, out, PARKED)
      if (isOver(channel)) return Passage.Closed
      if (wordsThere(channel) == 0) return Passage.No
      continue
    }
    // ORDER: observe: `hangUp` looks again. Who has the end rings us if it leaves anything there.
    const seen = load(out + SyncObject.word)
    if ((seen & OWNER) == 0 || healEnd(out, seen)) continue
    if (hangUp(thread, out, seen, PARKED, map)) return Passage.No
  }
}

/** So many words are read, and go (0: they stay). */
export function endReceive(thread: i32, channel: i32, words: i32): void {
  const out = outOf(channel)
  if (words != 0) {
    const after = positionAfter(out, words)
    const from = wordAfter(out, words)
    // ORDER: publish: the words are ours, and their room is free (U6).
    store(out + ChannelEnd.position, after << 1)
    follow(out, from, after)
  }
  leaveReceiving(thread, channel, words)
}

/** Gives the receiving end back; the next one is rung if there is anything for it. */
function leaveReceiving(thread: i32, channel: i32, words: i32): void {
  const out = outOf(channel)
  if ((giveEnd(thread, out, 0) & PARKED) != 0) {
    if (wordsThere(channel) != 0) ringBoth(out)
    // ORDER: check: closed before, or whoever closes it now rings all.
    else if (isClosed(channel)) ringAll(out)
    calm(out, PARKED)
  }
  // ORDER: check: a sender puts PARKED up, and then looks for room. Pairs with `awaitSend`.
  if (words != 0 && (load(channel + SyncObject.word) & PARKED) != 0) {
    ringAll(channel)
    calm(channel, PARKED)
  }
}

/** Nothing is sent any more; what is there can be received: 1, or 0 when it was closed before. */
export function closeChannel(channel: i32): i32 {
  assertLive(channel)
  // ORDER: announce CLOSED, then ring all. Pairs with `awaitSend` and `awaitReceive`: their bits come first, and are rung, or they see
  // CLOSED; and with `endSend`: its words came first, or are not sent.
  if ((or(channel + ChannelEnd.position, ChannelEnd.Closed) & ChannelEnd.Closed) != 0) return 0
  ringAll(channel)
  ringAll(outOf(channel))
  return 1
}
