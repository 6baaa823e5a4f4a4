/** What was transferred, and nobody has taken yet: by name, for the accounts. */
import {
  Header,
  Kind,
  ObjectType,
  Parcel,
  Pool,
  Record as RecordWords,
  SharedObject,
  Size,
  Thread,
} from "../../built/layout.js"
import { readName } from "../name.js"
import { mostRecords } from "./steps.js"

/** Objects by their types, in words; a fence is none. */
const NAMES: readonly (readonly [type: number, name: string])[] = [
  [0, "a fence"],
  [ObjectType.Reservation, "a reservation"],
  [ObjectType.SyncFile, "a sync file"],
  [ObjectType.SoftTimeline, "a soft timeline"],
  [ObjectType.Syncobj, "a syncobj"],
  [ObjectType.Scheduler, "a scheduler"],
  [ObjectType.Entity, "an entity"],
  [ObjectType.Mutex, "a mutex"],
  [ObjectType.RwLock, "an rwlock"],
  [ObjectType.Once, "a once"],
  [ObjectType.Semaphore, "a semaphore"],
  [ObjectType.Event, "an event"],
  [ObjectType.Latch, "a latch"],
  [ObjectType.Barrier, "a barrier"],
  [ObjectType.Condition, "a condition"],
  [ObjectType.Channel, "a channel"],
  [ObjectType.Versions, "a cell"],
]

/** One line for each: `a fence, by thread "worker-3"`. May be late, and a sender that has left is told by the name that its seat has now. */
export function readTransfers(words: Int32Array): string[] {
  const pool = Header.pools + Kind.Object * Pool.Bytes
  const base = at(words, pool + Pool.base)
  const most = mostRecords(words, Kind.Object)
  const lines: string[] = []
  for (let parcel = base, n = 0; n < most && parcel < at(words, pool + Pool.end); n++, parcel += Size.Object)
    if (isWaiting(words, parcel)) lines.push(lineFor(words, parcel))
  return lines
}

function isWaiting(words: Int32Array, parcel: number): boolean {
  const generation = at(words, parcel + RecordWords.generation)
  return (
    (generation & 1) === 1 &&
    at(words, parcel + SharedObject.type) === ObjectType.Parcel &&
    at(words, parcel + Parcel.state) === generation
  )
}

function lineFor(words: Int32Array, parcel: number): string {
  const type = at(words, parcel + Parcel.type)
  const [, what = "something"] = NAMES.find(([known]) => known === type) ?? []
  const seat = at(words, Header.threads) + ((at(words, parcel + Parcel.sender) & 0xffff) - 1) * Size.Thread
  return `${what}, by thread "${readName(words, seat + Thread.name) ?? "?"}"`
}

const at = (words: Int32Array, address: number) => words[address >> 2] ?? 0
