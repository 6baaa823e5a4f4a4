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
  const [sent, received] = [channel, out].map((end) => survey.word(end + ChannelEnd.position) >> 1) as [number, number]
  const there = sent < received ? sent - received + 2 * capacity : sent - received
  if (sent < 0 || received < 0 || sent >= 2 * capacity || received >= 2 * capacity || there > capacity)
    survey.report(
      "object",
      channel + ChannelEnd.position,
      `${name} positions`,
      `${sent} words are sent, ${received} received: no more than ${capacity} can lie between`,
    )
  else if (survey.word(channel + ChannelEnd.carries) === 1)
    for (let i = 0; i < there; i++) {
      const at = (received + i) % capacity
      const slot = blocks[Math.floor(at / Slots.Capacity)]! + Slots.first + (at % Slots.Capacity) * 4
      survey.refer(Kind.Fence, survey.word(slot), slot, `${name} word ${at}`)
    }
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
