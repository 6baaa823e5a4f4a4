/** The numbers of the engine's primitives, by short names. */
import { ownerWord, syncObject, syncWord, taken } from "@outlive/core/building"

/** Offset of the state in an object. */
export const WORD = syncObject.word
/** Offset of a number that does not change: the most permits, or the parties of a barrier. */
export const LIMIT = syncObject.limit
/** The map of threads that sleep, and that of threads with promises that wait. */
export const SLEEPERS = syncObject.sleepers
export const PROMISES = syncObject.promises
export const MOST_SEATS = syncObject.MostSeats

/** States of a word with an owner. */
export const FREE = 0
export const DIED = syncWord.Died
export const DONE = syncWord.Done
export const PARKED = ownerWord.Parked

/** What an attempt on such a word came to. */
export const NO = taken.No
export const YES = taken.Yes
export const OWNER_DIED = taken.OwnerDied
export const WAS_DONE = taken.Done

/** Words that are waited for: all but the flag that somebody may wait. */
export const CHANGES = ~syncWord.Waiting
/** What is waited for is any change: the state has one value. */
export const ONE_VALUE = 1
export const MOST_PARTIES = syncWord.MostParties
export const EVENT_SET = syncWord.Set
/** The largest count: it lies above the flag. */
export const MOST_COUNT = 0x3fffffff
