/**
 * A work, or a timer: an issuer's record (layout/issuer-record.ts) whose words mean what is told here. Its function is the
 * module's of that name.
 *
 * `state` is the commit: a thread's token while that runs it, and beside it whether it is to be run (again).
 *
 *    IDLE ──queue──▶ QUEUED ──claim──▶ token ──return──▶ IDLE
 *      │                ▲                │
 *      └──arm──▶ ARMED ─┘ (due)          └──queue, arm──▶ token | QUEUED, token | ARMED ──return──▶ QUEUED, ARMED
 */
export const enum Work {
  /** `WorkState`s, and a token. */
  state = 16,
  /** Armed: when, in milliseconds since 1970, modulo 2^32. Written before ARMED. */
  due = 20,
  /** A word for the function: a record's token, mostly. */
  argument = 24,
  /** Tagged address of the text that the function is in. */
  text = 28,
  /** Queued: it is run after those with a lower number. Written before QUEUED. */
  order = 32,
}

/** Bits that no token has (layout/owner.ts). */
export const enum WorkState {
  Idle = 0,
  /** To be run as soon as somebody serves. */
  Queued = 0x20000,
  /** To be run at `Work.due`. */
  Armed = 0x8000,
  /** Either: to be run. */
  Pending = 0x28000,
  /** Somebody wants to be rung when the one who runs it has come back. */
  Awaited = 0x10000,
  /** The token of the one who runs it. */
  Runner = -229377,
}

/** What `cancelWork` and `awaitWork` found. */
export const enum WorkFound {
  Idle = 0,
  Pending = 1,
  RunningElsewhere = 2,
  RunningHere = 4,
}
