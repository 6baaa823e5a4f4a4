/**
 * What every pooled record has in common.
 *
 * `generation` is odd while the record is in use and even while it is free; it rises by one at each
 * taking and each giving back, so an (address, generation) pair names one life of one record.
 * `link` chains free records and records awaiting a grace period; a live record may use the word for itself.
 */
export const enum Record {
  generation = 0,
  link = 4,
  /** While free, at the head of a magazine: the next magazine of the depot. */
  magazine = 8,
  /** While free, at the head of a magazine, where threads have private ones: how many records hang on it. */
  count = 12,
}

/** The pools, in the order in which they lie in memory. */
export const enum Kind {
  Fence = 0,
  Callback = 1,
  Module = 2,
  Text = 3,
  Timeline = 4,
  Lock = 5,
  Body = 6,
  Slots = 7,
  Object = 8,
  IssuerRecord = 9,
  Count = 10,
}

/** Bytes of each record. All are multiples of 32; those that are pointed at with a tag are multiples of 64. */
export const enum Size {
  Header = 2560,
  Thread = 384,
  Fence = 64,
  Callback = 32,
  Module = 128,
  Text = 256,
  Timeline = 128,
  Lock = 64,
  Body = 64,
  Slots = 64,
  Object = 128,
  IssuerRecord = 128,
  TraceEntry = 24,
}

export const enum Address {
  None = 0,
  /** Records pointed at with a tag are 64-byte aligned: six low bits carry the generation (see `tag.ts`). */
  TagMask = 63,
}

/** What freed memory is filled with in the checked flavour, and dead text in every flavour: -559038737. */
export const enum Poison {
  Word = -559038737,
}
