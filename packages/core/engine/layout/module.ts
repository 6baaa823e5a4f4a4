/** A loaded module: whether it may be used, and by how many it is. */
export const enum Module {
  generation = 0,
  /** A count, or one of the states told in `modules.ts`: one word, so that "no references" and "no more" are one step (M1). */
  references = 16,
  /** Tagged address of its text; NONE once that is given back. */
  text = 20,
  /** A number no other load ever had, of the first 2^28: an op's number has three bits beside it. */
  loadId = 24,
  /** First of its timelines, chained by `Timeline.next`; changed under `Header.modulesLock`. */
  timelines = 28,
  /** The epoch when it became GOING. */
  goingSince = 32,
  name = 64,
}

/** What `moduleReferences` answers when it is not a count. */
export const enum ModuleState {
  /** It will be gone after a grace period. */
  Going = -1,
  Gone = -2,
  /** Somebody wants to unload it, and is counting its pending fences: it will be live again, or going. */
  Checked = -3,
  /** It does what it does at its end: it will be live again, or going. Nobody comes in meanwhile, and it may last. */
  Ending = -4,
}

/** What a module brings along and takes away again: the numbers of its functions, its names. Poisoned at unload (I7). */
export const enum Text {
  generation = 0,
  module = 8,
  loadId = 12,
  /** `OpsBit`s of the ops this module has. */
  opsMask = 16,
  driverName = 64,
  moduleName = 128,
}

/** The functions an issuer may bring; an op's number is `(loadId << 3) | Op`. */
export const enum Op {
  EnableSignaling = 0,
  PollSignaled = 1,
  Wait = 2,
  Free = 3,
  SetDeadline = 4,
  /** No op of a fence's: a function that is deferred, or that somebody calls as code of a module. What it is called for is a callback, or that module. */
  Deferred = 5,
}

/** A queue of an issuer's: fences of one timeline signal in order of their seqno. Part of what the module takes away. */
export const enum Timeline {
  generation = 0,
  text = 8,
  next = 12,
  contextLo = 16,
  contextHi = 20,
  seqno = 24,
  seqnoHi = 28,
  /** Tagged address of the lock record its fences share, or NONE: they have inline locks. */
  lock = 32,
  /** What a new fence's flags start as. */
  fenceFlags = 36,
  module = 40,
  /** Of a `SoftTimeline`: the object. */
  soft = 44,
  /** Of a module's: how often it is open, and how many fences it waits for when it is closed (fence/timelines.ts). */
  users = 48,
  fences = 52,
  /** Of a module's: 1 if its fences come from a slab that goes with the module (issuer/slab.ts). */
  slab = 56,
  name = 64,
}

/** What a timeline is besides its name. */
export const enum TimelineTrait {
  Seqno64 = 1,
  Slab = 2,
}

/** A lock record: alone on its cache line. The word is none of those that the pool uses: a late locker must not find a link there. */
export const enum Lock {
  generation = 0,
  word = 16,
  /** The timeline holds one, and where locks are counted every fence that borrows it (I12). */
  refs = 20,
  freedBy = 56,
  /** While it is in use: as `Fence.keptLock`. */
  keptLock = 56,
}

/** A name: a word of length and checksum, then up to 56 bytes of UTF-8. */
export const enum Name {
  check = 0,
  bytes = 4,
  capacity = 56,
}
