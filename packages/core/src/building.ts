/**
 * What a package needs that builds its own shared objects and waits on this engine, as `@outlive/sync` does: handles, waits
 * and the checks of what somebody gave. For packages, not for programs: it changes with the engine.
 */
import {
  ChannelEnd,
  Header,
  Kind,
  ObjectType,
  Owner,
  Passage,
  Passing,
  Slots,
  SyncObject,
  SyncWord,
  Taken,
  Thread,
  Version,
  Versions,
} from "../built/layout.js"
import { mostRecords } from "./memory/steps.js"
import type { Seat } from "./seat/seat.js"

export { dispose } from "./dispose.js"
export { handleOn } from "./fence/handle-on.js"
export { type SharedObjectToken, openObject } from "./composite/shared-object.js"
export { defineModule } from "./fence/definition.js"
export { fenceIn } from "./fence/fence.js"
export { callable, overBy, synchronous } from "./entrance/functions.js"
export {
  type AsyncWaitOptions,
  Limit,
  type UntimedWaitOptions,
  type WaitOptions,
  abortSignal,
} from "./entrance/limits.js"
export { show, wholeNumber } from "./entrance/numbers.js"
export { given, oneOf, optionsOf, trueOrFalse } from "./entrance/words.js"
export { hostOops, ownThreadOops } from "./host/oops.js"
export { holderOf } from "./memory/answerers.js"
export { assertSeat } from "./seat/assert-seat.js"
export { MADE, refuseMaking } from "./seat/made.js"
export { INSPECT, addressOf, shown } from "./seat/shown.js"
export { readableOf, stale, tokenOf } from "./seat/handle.js"
export { transferOf } from "./seat/transfer.js"
export type { TransferToken } from "./seat/transfer-token.js"
export type { Seat, Subscription } from "./seat/seat.js"
export type { Bell, Condition } from "./waiting/condition.js"
export { promised, promiseUntil } from "./waiting/promise.js"
export { sleepUntil } from "./waiting/sleep.js"

/** Numbers of the types of shared objects. */
export const objectTypes = ObjectType
/** Offsets in a primitive for synchronization. */
export const syncObject = SyncObject
/** Offsets behind that in each end of a channel. */
export const channelEnd = ChannelEnd
/** What an attempt to send or to receive came to, if it is no address. */
export const passage = Passage
/** Offset of the version that readers find, in the object of a value. */
export const versions = Versions
/** What is in a version. */
export const version = Version
/** Offsets in a block of words, and how many it has. */
export const slots = Slots
/** Bits of its word. */
export const syncWord = SyncWord
/** What an attempt on a word with an owner came to. */
export const taken = Taken
/** Bits of a word that holds its owner's token. */
export const ownerWord = Owner
/** Offsets in the head of a heap. */
export const heapHeader = Header
/** Offset of the word of a seat that counts its handles on shared objects (`Seat.tally`). */
export const objectHandles: number = Thread.objectHandles
/** The same for fences. */
export const fenceHandles: number = Thread.fenceHandles
/** Whether a waiter that leaves passes on the ring that it was given. */
export const passing = Passing
/** How many blocks a heap has. */
export const blocksIn = ({ words }: Seat): number => mostRecords(words, Kind.Slots)
