/** Broken invariants: what the kernel would stop for. The host's table in `oops.ts` says each in words. */
export const enum Oops {
  UseAfterFree = 1,
  DoubleFree = 2,
  ReferenceUnderflow = 3,
  ReferenceFromZero = 4,
  SelfDeadlock = 5,
  ForeignUnlock = 6,
  LockNotHeld = 7,
  DereferenceOutsideSection = 8,
  UnbalancedReadUnlock = 9,
  SynchronizeInsideSection = 10,
  DeadText = 11,
  DeadLock = 12,
  DeadTimeline = 13,
  ModuleUnderflow = 14,
  NotReserved = 15,
  LockOrder = 16,
  WaitInSignaling = 17,
  /** A lock is waited for whose holder has left the heap: it died, and was cleared up after without this lock. */
  OwnerDead = 18,
  /** Clearing up after one thread waits for a lock of another, which may be dead as well. */
  ReclaimHeldUp = 19,
  /** In a read section a thread waits for a fence, or for a lock that is held while waiting. */
  WaitInSection = 20,
  /** With a lock held a thread waits for all that was retired or deferred. */
  BarrierUnderLock = 21,
  /** A list has more links than there are records, or leads to where none is: the heap is damaged. */
  BrokenList = 22,
  /** A lock is waited for whose word says what no lock's does: nobody would ever give it back. */
  NoLock = 23,
  /** A build whose locks keep a place for each lock that a thread has, and all of this thread's are taken. */
  TooManyLocks = 24,
  /** A function of a module has come back into a text that went while it ran. */
  ReturnIntoDeadText = 25,
  /** An issuer's record is used that has been discarded. */
  DeadRecord = 32,
  /** A module takes its slab away while fences from it are in use. */
  SlabNotEmpty = 33,
  /** A work is queued that has been discarded, or discarded while it is queued or runs. */
  WorkInDeadQueue = 40,
  /** The same of one that is armed. */
  TimerInDeadRecord = 41,
  /** A build without families has met a fence or an object of one: the heap is damaged. */
  NoFamily = 48,
}

/** Things that are wrong and survivable. */
export const enum Warning {
  ReleasedPending = 1,
  DifferentContexts = 2,
  ContainerReserved = 3,
}

/** What the trace rings record (checked flavour); from `LockWanted` on, what only traced builds do. */
export const enum Event {
  Loaded = 1,
  Going = 2,
  Synchronized = 3,
  Gone = 4,
  Created = 5,
  Signaled = 6,
  ReadName = 7,
  CalledOp = 8,
  Released = 9,
  /** A lock that is taken is waited for. */
  LockWanted = 10,
  LockTaken = 11,
  LockGiven = 12,
  /** Of the outermost read section. */
  SectionBegan = 13,
  SectionEnded = 14,
  GraceBegan = 15,
  GraceEnded = 16,
  /** A thread looks whether a fence is complete, and spins; then it sleeps; or it has found it complete. */
  WaitBegan = 17,
  WaitSleeps = 18,
  WaitEnded = 19,
  /** A callback is put into the mailbox of its thread; the thread has taken it out. */
  Delivered = 20,
  Received = 21,
}

export const enum TraceEntry {
  order = 0,
  event = 4,
  a = 8,
  b = 12,
  /** Nanoseconds since 1970, two words; traced builds only. */
  timeLo = 16,
  timeHi = 20,
}
