/**
 * A seat: one record for each thread that has joined the heap; 384 bytes, six cache lines: what the thread writes
 * often, what others write to it, its private stores, its name, what its locks need, and what it keeps. What `reclaim` does with each word is told at the head
 * of `death/reclaim.ts`.
 */
export const enum Thread {
  /** How many tenants the seat has had before this one. Ten bits of it are in the tenant's token. */
  generation = 0,
  /** Who answers for the seat: the states are told in `threads.ts`. Changed by compareExchange. */
  state = 4,
  /** 0 outside read sections; inside, `(epoch << 1) | 1` as it was at entry (R1). */
  epoch = 8,
  /** How deep this thread's read sections nest, in two halves (kept.ts). Only the thread itself touches it. */
  nesting = 12,
  /** The tenant's token (layout/owner.ts): what stands in a lock word while this thread holds it. */
  id = 16,
  /** Callbacks of a fence this thread is signaling that have not yet run: whoever reclaims a dead thread goes on from here. */
  running = 20,
  /** Nanoseconds since 1970, two words; `host.now` writes them when a timestamp is asked for. */
  nowLo = 24,
  nowHi = 28,
  tracePosition = 32,
  /** Records retired since the last attempt to collect. */
  retired = 36,
  /** Containers whose members this thread has completed, newest first: callback records, to be dealt with by `settle`. */
  work = 40,
  /** The one of them that is being dealt with. */
  working = 44,
  /** Above zero while work must wait: a fence's lock is held, or an issuer is being asked. In two halves (kept.ts). */
  deferring = 48,
  /**
   * The callback that is being run, before the rest in `running`; with bit 0 when its counter is about to go up from
   * `Callback.before`. Not one that is delivered: that is its thread's at once.
   */
  acting = 52,
  /** The lock word on which this thread slept last: a wake that was meant for all may have gone to it. */
  sleptOn = 56,
  /** `Patience` of the operation that is running. */
  impatient = 60,

  /** Callbacks to run in this thread, newest first; pushed by signalers, taken whole by the thread. */
  mailbox = 64,
  /** Rises when the mailbox stops being empty; the thread sleeps on it. */
  doorbell = 68,

  /** Six words by which an operation takes and gives more than one number; the next one may overwrite them. */
  registers = 72,
  /** With which ticket this thread takes locks of which it needs several, and how many it has (locks/ww-mutex.ts). */
  ticketLo = 96,
  ticketHi = 100,
  acquired = 104,
  /** Checked flavour: classes of the locks that the thread holds, a byte each, oldest first (locks/order.ts). */
  heldCount = 108,
  held = 112,
  /** How many of them are the caller's, and not the operation's that is running (kept.ts). */
  heldKept = 120,
  /** How many of an issuer's functions are running, one called from another. */
  asking = 124,

  /** Retired records by epoch modulo 4, newest first; pushed by the thread, taken whole by anyone. */
  retiredHeads = 128,
  /** A `Cache` for fences, then one for callbacks. */
  fenceCache = 144,
  /** Fences' locks that are held while an issuer may be called, newest first, chained by `Fence.keptLock` and `Lock.keptLock` (kept.ts). */
  keptLocks = 156,
  callbackCache = 160,

  /** Rest of a chain of retired records that this thread has taken (rcu/retire.ts). */
  emptying = 172,
  /** The fence for which this thread sleeps in the host: a hint for whoever asks who waits. Only the host writes it. */
  sleepsFor = 176,
  /** How many references the host's handles hold on what, for the accounts of the dead. Only the host writes them, in checked heaps. */
  fenceHandles = 180,
  objectHandles = 184,
  moduleHandles = 188,
  name = 192,
  /** Above 0 while this thread clears up after others: `asking`, and 1. An issuer's function that is called there must not begin anew. Behind the name. */
  clearing = 252,

  /** Sixteen words for the build's locks (locks/strategies/): what each makes of them is told in its file. */
  locks = 256,
  locksEnd = 320,

  /** Tagged address of the text in which the thread is executing a function that nothing keeps loaded, or NONE (issuer/executing.ts). */
  executing = 320,
  /** How many modules' functions this thread has taken off chains of retired records, and has not come back from: a barrier waits for them. */
  calls = 324,
  /** 1 while the thread wants to be rung when a work is queued or armed (issuer/works.ts). */
  serves = 328,
  /** From which of `keptLocks` on they are the caller's; those before it, the operation's that is running. */
  keptFrom = 332,
  /** First block of a version that is being made (sync/versions.ts); its generation, once it may have been published; and first block of the one that it replaces, or of what is left of it. */
  draft = 336,
  draftLife = 340,
  replaced = 344,

  /** Generation of the tenant that `name` is of: what lies there while another attaches is its predecessor's. Only the host writes it. */
  named = 348,
  /** 1 while the host will call `endTurn`, for work was put off since a lock was busy (turn.ts). */
  turns = 352,
}

/** A thread's private supply of free records: the magazine in use, and a full one in reserve. */
export const enum Cache {
  head = 0,
  count = 4,
  reserve = 8,
}
