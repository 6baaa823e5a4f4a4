/**
 * The fences that somebody must wait for before using one buffer: `dma_resv`. A `SharedObject`; its lock is one of
 * those of which a thread may take several (locks/ww-mutex.ts).
 *
 * Its list is blocks of `Slots`, chained; each word is the address of a fence with its `Usage` in the two low bits.
 * Whoever holds the lock writes; whoever is in a read section reads, from the first block's count downwards (I14).
 */
export const enum Reservation {
  /** First block of the list, or NONE. Published: readers find a whole list, and keep it to the end of their section. */
  list = 20,
  /** How many fences the list may come to hold before somebody must reserve again. The lock's holder's. */
  max = 24,
}

/** What a fence is there for. Whoever asks for one usage means all up to it. */
export const enum Usage {
  /** Memory management: everybody waits for it, always. */
  Kernel = 0,
  Write = 1,
  Read = 2,
  /** Nobody waits for it but who waits for everything. */
  Bookkeep = 3,
}

/** Where a walk over a reservation has come to: in the thread's `registers`, from which each step goes on. */
export const enum Cursor {
  /** The list, and which life of its first block: 0 before the first step, which matches none. */
  list = 0,
  generation = 4,
  /** How many fences the list held when the walk began on it. */
  count = 8,
  index = 12,
  /** The block in which the slot before `index` lies. */
  block = 16,
  /** Of the fence that the step found: its usage, and 4 if the walk began anew before it. */
  found = 20,
  Restarted = 4,
}

/** The least a list is made for. */
export const enum ReservationSize {
  Least = 4,
}
