/**
 * What the primitives of `sync/` have in common, as shared objects (layout/object.ts). A thread is a bit of three maps, by the
 * number of its seat: so there is nothing to be taken or given back for a wait, and nothing that could be full.
 */
export const enum SyncObject {
  /** The state. What its bits say is told in each primitive's file; one of them says that somebody may wait. */
  word = 20,
  /** A number that does not change: the most permits, or the parties of a barrier. */
  limit = 24,
  /** A hint: the seat from which on the next waiter is looked for. */
  hint = 28,
  /** Threads that sleep here, or are about to. */
  sleepers = 32,
  /** Threads of which at least one promise waits here. */
  promises = 64,
  /** Of a lock for readers and writers: threads that read. */
  readers = 96,
  /** Of a semaphore: 1 once somebody has waited for several permits. */
  several = 96,
  MostSeats = 256,
}

/** Bits of `SyncObject.word`. */
export const enum SyncWord {
  /** Of words that count: somebody may wait. */
  Waiting = 1,
  /** Of a manual event: it is set. */
  Set = 2,
  /** Where a count begins. */
  One = 2,
  /** Where the generation of a manual event begins. */
  EventTurn = 4,
  /** Of a barrier: so many arrivals, and those of the turn, are counted before they are counted anew. */
  ManyArrivals = 0x20000000,
  MostParties = 4095,
  /** Of words that hold an owner (locks/word.ts): nobody has it, and the one that had it last has died. */
  Died = 0x20000,
  /** The same bit beside an owner: a writer has come, and waits until the readers are gone. */
  Drains = 0x20000,
  /** The same bit of a channel's end: somebody hangs there because another has the end. */
  Busy = 0x20000,
  /** Of a `Once`: it has been done. No owner's token. */
  Done = 1,
}

/** What an attempt on a word with an owner came to. */
export const enum Taken {
  /** Another has it, or a task of this very thread. */
  No = 0,
  Yes = 1,
  /** The same, and the one before has died with it. */
  OwnerDied = 2,
  /** Of a `Once`: there is nothing to be done. */
  Done = 3,
}

/** Whether a waiter that leaves, and has been rung, has others rung in its place. */
export const enum Passing {
  /** It has what it waited for. */
  Never = 0,
  /** It goes without. */
  Always = 1,
  /** It has taken permits. */
  WhilePermits = 2,
}
