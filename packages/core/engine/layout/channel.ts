/**
 * A channel: a ring of words between senders and receivers. Two shared objects, one for each end; each is laid out as every
 * primitive is (layout/sync.ts: the lock of its end, and who waits there), with these words behind the maps. The sending end is
 * the channel: it has the references. The words themselves are blocks of `Slots`, chained into a circle.
 */
export const enum ChannelEnd {
  /** Address of the other end. */
  other = 96,
  /** `position << 1`: how many words have passed here, from 0 to twice the capacity, and then from 0 again. The sending end's has CLOSED. */
  position = 100,
  /** A hint for who has the lock: the block of `blockAt`. */
  block = 104,
  /** The position for which that is so. */
  blockAt = 108,
  /** The first block of the circle. */
  first = 112,
  /** How many threads died in the middle of a send, or of a receive. */
  broken = 116,
  /** 1 when each word is a fence, with a reference. */
  carries = 120,
  /** In the sending end's position: nothing is sent any more. */
  Closed = 1,
}

/** What an attempt to send or to receive came to, if it is no address. */
export const enum Passage {
  /** There is no room, or nothing to be had; or another thread is just sending, or receiving. */
  No = 0,
  /** Closed; for receivers: and empty. */
  Closed = 1,
}
