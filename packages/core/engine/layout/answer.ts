/** What the host's `call` answers when an issuer's function threw, or is not linked. A failure is never a completion. */
export const enum Asked {
  Failed = -1,
}

/** Whether a fence tells whoever hangs on it. */
export const enum Armed {
  /** Pending, and its issuer has not been asked: it failed, or a lock was busy. The next asker asks again. */
  NotArmed = -1,
  /** The same, of a fence on which something hangs all the same. */
  Deaf = -2,
  Complete = 0,
  Pending = 1,
}

/** Answers of `addCallback` and its like that are no records. */
export const enum Refusal {
  Full = -1,
  /** Nothing is left behind. */
  NotArmed = -2,
  /** A lock was busy, and the caller does not want to wait: nothing was done. */
  Busy = -2,
}

/** `Thread.impatient`. */
export const enum Patience {
  Patient = 0,
  /** The operation that is running spins for a lock, and gives up instead of sleeping. */
  Impatient = 1,
  /** It has given up. */
  GaveUp = 2,
}
