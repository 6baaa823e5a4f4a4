/** Channels: two ends that know each other, a circle of blocks that is theirs, and fences that were sent and not received. */
import {
  ChannelEnd,
  Kind,
  ObjectType,
  Owner,
  SharedObject,
  Slots,
  SyncObject,
  SyncWord,
} from "../../../built/layout.js"
import { checkLockWord } from "./lock-words.js"
import type { Survey } from "./survey.js"
import { checkMap } from "./sync.js"

/** All of a word but what says that somebody may wait. */
const OWNER = ~(SyncWord.Busy | Owner.Parked)

/** The sending end, which is the channel. */
export function checkChannel(survey: Survey, channel: number, name: string): void {
  checkEnd(survey, channel, name)
  const out = survey.word(channel + ChannelEnd.other)
  if (!isEndOf(survey, out, ObjectType.ChannelOut, channel)) {
    survey.report(
      "object",
      channel + ChannelEnd.other,
      `${name} other end`,
      `It is ${survey.nameOf(out)}, which does not lead back`,
    )
    return
  }
  const blocks = circle(survey, channel, name)
  const capacity = survey.word(channel + SyncObject.limit)
  if (capacity !== blocks.length * Slots.Capacity) {
    survey.report(
      "object",
      channel + SyncObject.limit,
      `${name} capacity`,
      `It is ${capacity}, and there is room for ${blocks.length * Slots.Capacity}`,
    )
    return
  }
  for (const end of [channel, out]) checkPlace(survey, channel, end, blocks, name)
  const [sent, received] = [channel, out].map((end) => survey.word(end + ChannelEnd.position) >> 1) as [number, number]
  const there = sent < received ? sent - received + 2 * capacity : sent - received
  if (sent < 0 || received < 0 || sent >= 2 * capacity || received >= 2 * capacity || there > capacity)
    survey.report(
      "object",
      channel + ChannelEnd.position,
      `${name} positions`,
      `${sent} words are sent, ${received} received: ${capacity} is the most between`,
    )
  else checkWords(survey, channel, blocks, received, there, name)
}

/** What lies between the ends: fences, or messages of bytes, each with its length before it. */
function checkWords(
  survey: Survey,
  channel: number,
  blocks: readonly number[],
  received: number,
  there: number,
  name: string,
): void {
  const slotAt = (at: number) => blocks[Math.floor(at / Slots.Capacity)]! + Slots.first + (at % Slots.Capacity) * 4
  const areFences = survey.word(channel + ChannelEnd.carries) === 1
  let length = 1
  for (let i = 0; i < there; i += length) {
    const at = (received + i) % (blocks.length * Slots.Capacity)
    const slot = slotAt(at)
    const word = survey.word(slot)
    if (areFences) {
      survey.refer(Kind.Fence, word, slot, `${name} word ${at}`)
      continue
    }
    length = 1 + Math.ceil(word / 4)
    if (word >= 0 && length <= there - i) continue
    survey.report(
      "object",
      slot,
      `${name} message`,
      `It says that it has ${word} bytes, and ${4 * (there - i - 1)} lie there`,
    )
    return
  }
}

/** What each end has for itself, of what both know. */
function checkPlace(survey: Survey, channel: number, end: number, blocks: readonly number[], name: string): void {
  const side = `${name} ${end === channel ? "sending" : "receiving"} end`
  const report = (offset: number, message: string) => survey.report("object", end + offset, side, message)
  for (const [offset, what] of [
    [SyncObject.limit, "capacity"],
    [ChannelEnd.first, "first block"],
    [ChannelEnd.carries, "kind of message"],
  ] as const)
    if (survey.word(end + offset) !== survey.word(channel + offset)) report(offset, `Its ${what} is not the channel's`)
  const carries = survey.word(end + ChannelEnd.carries)
  if (carries !== 0 && carries !== 1) report(ChannelEnd.carries, `It carries ${carries}: 0 (bytes) or 1 (fences)`)
  const broken = survey.word(end + ChannelEnd.broken)
  if (broken < 0) report(ChannelEnd.broken, `${broken} threads died in it`)
  const position = survey.word(end + ChannelEnd.position)
  if (end !== channel && (position & ChannelEnd.Closed) !== 0) report(ChannelEnd.position, "It is closed: senders' is")
  // The hint counts for this position only: a thread may have died before it wrote it anew.
  const at = position >> 1
  if (survey.word(end + ChannelEnd.blockAt) !== at) return
  const block = blocks[Math.floor((at % (blocks.length * Slots.Capacity)) / Slots.Capacity)]
  const hint = survey.word(end + ChannelEnd.block)
  if (block !== undefined && hint !== block)
    report(
      ChannelEnd.block,
      `It says that ${at} lies in ${survey.nameOf(hint)}, and it lies in ${survey.nameOf(block)}`,
    )
}

/** What both ends have: a lock, and who waits. */
export function checkEnd(survey: Survey, end: number, name: string): void {
  const word = survey.word(end + SyncObject.word)
  if ((word & OWNER) !== 0) checkLockWord(survey, end + SyncObject.word, `${name} word`, true)
  for (const map of [SyncObject.sleepers, SyncObject.promises]) checkMap(survey, end + map, `${name} waiters`)
}

function isEndOf(survey: Survey, end: number, type: number, channel: number): boolean {
  return (
    survey.isLive(Kind.Object, end) &&
    survey.word(end + SharedObject.type) === type &&
    survey.word(end + ChannelEnd.other) === channel
  )
}

/** The channel's blocks, from its first one until they come back to it. */
function circle(survey: Survey, channel: number, name: string): number[] {
  const first = survey.word(channel + ChannelEnd.first)
  const blocks: number[] = []
  let at = first
  while (survey.isLive(Kind.Slots, at) && survey.ownerOf(Kind.Slots, at) === 0) {
    survey.claim(Kind.Slots, at, channel, at, `${name} ring`)
    blocks.push(at)
    at = survey.word(at + Slots.next)
  }
  if (at !== first || blocks.length === 0)
    survey.report(
      "object",
      channel + ChannelEnd.first,
      `${name} ring`,
      `It leads to ${survey.nameOf(at)}, and not back to its beginning`,
    )
  return blocks
}
