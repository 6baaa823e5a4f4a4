/**
 * What a fence made of fences has beyond its own record; one 64-byte record, reached by `Fence.user`.
 * It belongs to its fence and lives exactly as long.
 */
export const enum Body {
  generation = 0,
  /** For `retire`, as in every record. */
  link = 4,
  /** A whole callback record of its own, so that whatever must be hung on a fence later cannot fail for want of memory. */
  node = 32,
}

/** How far a container has come with listening to what it is made of. */
export const enum Arming {
  /** No record of it ever hung. */
  Never = 0,
  /** It was broken off, or an issuer failed: some records may hang. */
  Partly = 1,
  /** It listens, and keeps itself alive by a reference of its own. */
  Fully = 2,
  /** Somebody is at it, with that reference. */
  UnderWay = 3,
}

/** Of a `FenceArray`. */
export const enum ArrayBody {
  /** Its members, as callback records chained by `Callback.sibling`; written once. */
  first = 8,
  count = 12,
  /** Members that are not known to be complete, and a guard: see `Members`. Falls only (I13). */
  pending = 16,
  /** An `Arming`. The array's lock guards it. */
  arming = 20,
}

/** In `ArrayBody.pending`. */
export const enum Members {
  /** Mask: how many are not known to be complete. */
  Pending = 0x3fffffff,
  /** Not all of those hang: the last one that is counted does not signal the array. */
  Guard = 0x40000000,
  /** A thread died while it counted one, and nobody knows whether it had: the records tell, and the count no more. Stays. The sign: below zero. */
  Recount = -2147483648,
}

/** Of a link in a `FenceChain`. */
export const enum ChainBody {
  /** The link before, with a reference, or NONE; replaced only by links before that one. */
  previous = 8,
  /** The fence it adds, with a reference. */
  fence = 12,
  /** Seqno of the link before when this one was made; 0 when it was the first. */
  previousSeqnoLo = 16,
  previousSeqnoHi = 20,
  /** An `Arming`. The link's lock guards it, until it is signaled. */
  arming = 24,
}

/** Of a list of fences on its way to become an array. */
export const enum Draft {
  /** Callback records, each with a reference on its fence, chained by `Callback.sibling`. */
  first = 8,
  last = 12,
  count = 16,
  /** Time of the latest signal among those left out because they were complete. */
  timeLo = 20,
  timeHi = 24,
}
