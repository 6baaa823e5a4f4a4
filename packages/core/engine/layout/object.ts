/**
 * What several threads hold and that is not a fence: 128 bytes, a count of references, a lock, and what its type says.
 * The types' own words begin at `body`.
 */
export const enum SharedObject {
  generation = 0,
  /** For `retire`, as in every record. */
  link = 4,
  /** An `ObjectType`; does not change while the record is in use. */
  type = 8,
  /** Zero is final (I9). */
  refs = 12,
  /** A lock word, as in `locks/lock.ts`. */
  lock = 16,
  body = 20,
}

export const enum ObjectType {
  Reservation = 1,
  SyncFile = 2,
  SoftTimeline = 3,
  Syncobj = 4,
  Scheduler = 5,
  Entity = 6,
  Job = 7,
  /** From here on those of `sync/` (layout/sync.ts). */
  Mutex = 8,
  RwLock = 9,
  Once = 10,
  Semaphore = 11,
  Event = 12,
  Latch = 13,
  Barrier = 14,
  Condition = 15,
  /** A channel's sending end, which is the channel, and its receiving end (layout/channel.ts). */
  Channel = 16,
  ChannelOut = 17,
  /** A reference on its way (layout/parcel.ts). */
  Parcel = 18,
  /** A value that is replaced, and read without a lock (layout/versions.ts). */
  Versions = 19,
}
