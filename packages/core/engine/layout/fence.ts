/**
 * A fence: 64 bytes, one cache line, lock and all.
 *
 * Without the lock a thread that holds a reference may read: `flags` (atomically), `ops` (atomically, inside a read
 * section), and what never changes: context, seqno, and `lock` as an address. After it has seen SIGNALED: `error`;
 * after TIMESTAMP: the timestamp. Everything else belongs to whoever holds the lock.
 */
export const enum Fence {
  generation = 0,
  /** A union in time order (I4): callback list, then timestamp, then the link of the free list. */
  first = 4,
  timeLo = 4,
  last = 8,
  timeHi = 8,
  flags = 12,
  /** Zero is final (I9). */
  refs = 16,
  /** The lock word itself, or the tagged address of a lock record when INLINE_LOCK is not set (I12). */
  lock = 20,
  /** Tagged address of the issuer's text, or NONE after `detach` (I6). */
  ops = 24,
  contextLo = 28,
  contextHi = 32,
  seqnoLo = 36,
  seqnoHi = 40,
  /** 0, or a negative errno; written only before SIGNALED (I5). */
  error = 44,
  /** Tagged address of the issuer's timeline record: good for as long as `ops` is. */
  timeline = 48,
  /** A word for the issuer. */
  user = 52,
  /** Checked flavour: id of the thread that freed the record. */
  freedBy = 56,
  /** While nobody holds it any more: the next of what its last holder has put off (deferral.ts). Whoever completes it still needs all words before. */
  putOff = 56,
  /** Inline lock: the next lock that the holder keeps (kept.ts). 40 bytes behind the word, as in every record with such a lock. */
  keptLock = 60,
}

/** Bits of `Fence.flags`, in the kernel's order; KERNEL: KEEPS_OPS, POLLS and PARKED are ours. */
export const enum Flag {
  Initialized = 1,
  InlineLock = 2,
  Seqno64 = 4,
  /** Set once, under the lock, never cleared (I1). */
  Signaled = 8,
  /** The timestamp words hold a timestamp. */
  Timestamp = 16,
  /** Somebody asked for signaling to be enabled. */
  Enabled = 32,
  /** `ops` stays after the signal: the issuer has `wait` or `free`, or the heap's lifetime keeps them. */
  KeepsOps = 64,
  /** The issuer has `pollSignaled`. */
  Polls = 128,
  /** A thread sleeps, or is about to sleep, on this very word. */
  Parked = 256,
  /** A `FenceArray`: complete when all its members are. `Fence.user` is its body. */
  Array = 512,
  /** A link of a `FenceChain`: complete when its fence and all earlier links are. `Fence.user` is its body. */
  Chain = 1024,
  /** Either of these: made of fences. */
  Container = 1536,
  /** A point of a `SoftTimeline` (layout/soft-timeline.ts). */
  Soft = 2048,
  /** The scheduled or finished fence of a job (layout/scheduler.ts); a finished one has `Fence.user`, its body. */
  Job = 4096,
  /** Who depends on this job waits for its end, not only for its start. */
  DontPipeline = 16384,
  /** Somebody has said by when it is wanted. */
  HasDeadline = 8192,
  /** Its timeline has been closed, and waits for it (fence/timelines.ts). */
  OfClosed = 32768,
  /** Issuers own the bits from here on. */
  User = 65536,
}
