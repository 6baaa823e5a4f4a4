/**
 * The head of the heap: who it is, how it is configured, where everything lies, and the words that all threads share.
 * Up to `stub` it is written once, before the heap is shared, and is read plainly ever after.
 */
export const enum Header {
  magic = 0,
  version = 4,
  /** A sum over the record sizes and the strategy, so that two builds with different layouts refuse each other. */
  layout = 8,
  bytes = 12,
  lifetime = 16,
  lockKind = 20,
  timestamps = 24,
  checked = 28,
  /** How many rounds a contended lock or a waiter spins before it parks. */
  spins = 32,
  threads = 36,
  threadCapacity = 40,
  cells = 44,
  cellCapacity = 48,
  trace = 52,
  /** Entries in each thread's ring. */
  traceCapacity = 56,
  /** A random number: handles of one heap are no good in another. */
  identity = 60,
  /** Whether new timelines' fences share a lock unless told otherwise. */
  externalLocks = 64,
  /** After how many milliseconds a grace period names the reader it waits for. */
  stallMs = 68,
  /** The lock-order graph (layout/lock-order.ts); NONE when nobody keeps it. */
  lockOrder = 72,
  /** The table of what dead threads held (layout/lost.ts); NONE in release. */
  lost = 80,
  /** 1 in a heap that a traced build has made: entries of its trace have a time. */
  traced = 84,
  /** Which families of fences and objects there can be in this heap (`families.ts`): a build that lacks one may not run on it. */
  families = 88,

  /** The global epoch (rcu/epoch.ts). Every read section reads it: on its line is only what its readers write, if anything. */
  epoch = 128,
  /** Two words for the build's scheme (rcu/strategies/): what it makes of them is told in its file. */
  readers = 132,
  /** No thread record at or beyond this index was ever used: scans stop here. */
  threadsUsed = 192,
  modulesLock = 256,
  nextLoad = 260,
  contextLo = 264,
  contextHi = 268,
  /** As `Fence.keptLock`. */
  keptLock = 296,
  /** Orders the entries of all trace rings. */
  clock = 320,
  /** Fences whose last reference went while callbacks were still waiting (I10). */
  releasedPending = 384,
  /** Locks that were taken from a dead thread. */
  brokenLocks = 388,
  /** How often a chain of retired records was put back for a dead thread that had taken it. */
  returnedChains = 392,
  /** Numbers the works in order of queueing. */
  workOrder = 396,
  /** Pool descriptors, 64 bytes each, by `Kind`. */
  pools = 448,
  detachedDriver = 1152,
  signaledTimeline = 1216,
  stubName = 1280,
  /** A fence record that was always signaled, outside the pool. */
  stub = 1344,
  /** Texts of issuers that are part of the engine and so are never unloaded, 256 bytes each. */
  arrayText = 1408,
  chainText = 1664,
  softText = 1920,
  schedulerText = 2176,
  /** The timeline of all containers: they hang on none. */
  unbound = 2432,
}

/** What `Header.families` says. */
export const enum Families {
  /** Issuers' fences, locks, modules. */
  Fences = 1,
  /** Also primitives for synchronization. */
  Sync = 2,
  /** Also containers, reservations, sync files, soft timelines, syncobjs, schedulers. */
  All = 3,
}

export const enum Magic {
  Word = 0x4f55544c,
  Version = 1,
}

export const enum Pool {
  base = 0,
  end = 4,
  size = 8,
  capacity = 12,
  /** How many records a magazine holds. */
  batch = 16,
  lock = 20,
  /** First and last magazine of the depot; guarded by `lock`. */
  head = 24,
  tail = 28,
  Bytes = 64,
}

/** Bits of `Header.lifetime`: what a fence depends on (`src/memory/lifetimes.ts` has the words), and the settings that have a name. */
export const enum Lifetime {
  /** Ops become NONE at the signal, unless the issuer has `wait` or `free` (and is asked under the lock). */
  Detaches = 1,
  /** The issuer names a fence while it is pending, and nobody does afterwards. */
  NamesWhilePending = 2,
  /** Issuers are asked without the fence's lock; and, without `Grace`, outside of any section. */
  Unlocked = 4,
  /** An unload waits for a grace period. */
  Grace = 8,
  /** A fence that keeps its ops keeps its module. */
  Pins = 16,
  /** A borrowed lock stays until nobody borrows it (I12). */
  CountsLocks = 32,
  /** Users are given fences of a scheduler only: for those who are told so, nothing in the engine depends on it. */
  Layered = 64,

  IssuerBound = 0,
  NamesOnly = 10,
  UnlockedPlan = 5,
  Independent = 57,
  Pinned = 56,
}

export const enum LockKind {
  Spin = 0,
  Mutex = 1,
}
