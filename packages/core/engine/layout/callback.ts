/** Something to do when a fence signals, or when a grace period has passed. */
export const enum Callback {
  generation = 0,
  next = 4,
  /** NONE for the first of a list, UNLINKED outside one: then it will not run, or has. Guarded by the fence's lock. */
  previous = 8,
  /** The fence it was added to, or NONE when it waits for a grace period. */
  fence = 12,
  code = 16,
  argument = 20,
  /** Record of the thread that registered it. */
  thread = 24,
  /** A container's callbacks are its own, not a thread's: the next member of the array. */
  sibling = 24,
  /** Of a module's function that waits for a grace period: which of its functions. */
  number = 24,
  /** The same: tagged address of the module's text. */
  text = 28,
  /** Of a waiter for a submission: the record that says for which (`Wanted`). */
  wanted = 28,
  /** Of a link of a chain: a `Holder`, or the thread that is to go on with the link. Written under the lock of what it hangs on. */
  holder = 28,
  /** Of a counter that is going up: what its cell held before. */
  before = 28,
  /** Checked flavour: id of the thread that freed the record. */
  freedBy = 28,
}

/** What a waiter for a submission waits for: a callback record that hangs nowhere, beside the one that hangs on the syncobj. */
export const enum Wanted {
  pointLo = 8,
  pointHi = 12,
  /** Tagged address of the syncobj, with a reference; NONE while the pair is made or given back. */
  syncobj = 20,
}

/** What a callback does; a code is zero in a record that merely goes back to its pool. All of it is done by the signaler, under the fence's lock, as in the kernel. */
export const enum Action {
  /** Adds one to the cell at `argument`. */
  AddToCell = 1,
  /** Rings the doorbell of `thread`. */
  RingThread = 2,
  /** Puts itself into the mailbox of `thread`, which calls its function number `argument`. */
  Deliver = 3,
  /** Counts a member of the array at `argument` as done. */
  ArrayMember = 4,
  /** Lets the chain link at `argument` go on to the next fence that is pending. */
  ChainLink = 5,
  /** Lets the job whose finished fence is at `argument` go on to its next dependency. */
  DependencyDone = 6,
  /** Ends the job whose finished fence is at `argument`. */
  JobDone = 7,
  /** Of an array's member that has been counted: nothing. */
  Counted = 8,
  /** Of a waiter for a submission, which has its fence by then: rings the doorbell of `thread`. */
  RingWaiter = 9,
  /** Of the record beside such a waiter: nothing. */
  OfWaiter = 10,
  /** The same as DEPENDENCY_DONE, and somebody has put it off: so it has hung. */
  DependencySeen = 11,
  /** Calls a module's function `number` with `argument`, in whichever thread finds that a grace period has passed. */
  ModuleFunction = 12,
}

/** Who goes on with what a record is for that its owner keeps. Afterwards it is the thread that has put it off. */
export const enum Holder {
  /** Nobody: it has never hung. */
  None = 0,
  /** It hangs: whoever completes that. */
  Signaler = 1,
}

export const enum Unlinked {
  Mark = -1,
}
