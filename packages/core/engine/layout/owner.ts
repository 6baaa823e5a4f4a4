/**
 * An owner token names one life of one seat: what stands in a lock word while a thread holds it, and in the `state` of
 * a seat. The top four bits tell a lock word from a counter or an address; the generation, a tenant from the one before.
 *
 *   31..28   27..18       17        16       15..0
 *   1010     generation   CONTEXT   PARKED   seat number, from 1
 */
export const enum Owner {
  /** Number of the seat. */
  Seat = 0xffff,
  /** In a lock word: somebody sleeps, or is about to. */
  Parked = 0x10000,
  /** In a lock word: it was taken with a ticket (locks/ww-mutex.ts). */
  Context = 0x20000,
  /** All but those two. */
  Token = -196609,
  /** Ten bits of `Thread.generation`, at this place. */
  Shift = 18,
  Generation = 0x3ff,
  /** The top four bits, and what they are in a token. */
  Nibble = -268435456,
  Mark = -1610612736,
}

/** What stands in the seat number of `Thread.state` when it is no thread's. */
export const enum Nobody {
  /** The seat is free; its generation is that of the next tenant. */
  Free = 0,
  /** Its tenant has died and holds nothing up any more, but could not be cleared up after yet. */
  Left = 0xffff,
}
