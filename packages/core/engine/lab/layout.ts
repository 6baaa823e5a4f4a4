/**
 * The lab's memory: a head, seats, roots, nodes; nothing of the heap of fences is in it. Where a section scheme of `rcu/strategies/`
 * looks (`Header.epoch`, `Header.readers`, `Header.threads`, `Thread.epoch`, `Thread.nesting`) the lab has the same, so that the
 * very files which the engine is built with run here.
 */

/** The head, beyond what the section schemes read. */
export const enum Lab {
  /** The era of interval-based reclamation. */
  era = 256,
  /** Magazines of free nodes that no seat has: a reference in the low half, a count of changes in the other. */
  depot = 320,
  /** How many retired nodes a seat gathers before it looks what can be given back. */
  batch = 384,
  /** How many nodes a magazine holds. */
  magazine = 388,
  /** After how many nodes made by a seat the era moves on. */
  eraEvery = 392,
  roots = 396,
  /** One more than the number of the scheme; 0 as long as nothing is here. */
  scheme = 404,
  /** Of the hash table: a power of two. */
  buckets = 400,
  Bytes = 448,
}

/** A seat: the words of `Thread` that a section scheme uses, and these. */
export const enum Seat {
  /** Free nodes of its own, chained by `Node.link`. */
  free = 64,
  freeCount = 68,
  /** Retired nodes, chained by `Node.link`, and how many. */
  pending = 72,
  pendingLast = 76,
  pendingCount = 80,
  /** How many it has retired, and how many retired ones it has given back, its own or another's. */
  retired = 84,
  given = 88,
  /** How many nodes it has made since it moved the era on. */
  made = 92,
  scan = 96,
  /** What a search found: where, in which node, what was there, the node, and its successor. */
  edge = 100,
  owner = 104,
  link = 108,
  found = 112,
  next = 116,
  /** One step further up: for the tree. */
  upperEdge = 120,
  upperOwner = 124,
  /** Four nodes that the seat looks at, one for each role in a search. */
  slots = 128,
  upperLink = 144,
  /** How many it has retired since it looked last what can be given back. */
  since = 148,
  /** Interval: the eras from which and up to which this seat may look at nodes. */
  lower = 192,
  upper = 196,
  /** Hyaline: batches that were retired while this seat was reading. */
  batches = 256,
  /** Sections: four chains by epoch, a head and an epoch each. */
  chains = 320,
}

export const enum Slots {
  Count = 4,
}

/** One line. `generation` is odd while the node is in use. */
export const enum Node {
  generation = 0,
  /** Chains free nodes, and retired ones. */
  link = 4,
  key = 8,
  /** A link: the successor, or the left child. */
  next = 12,
  right = 16,
  birth = 20,
  retiredIn = 24,
  count = 28,
  /** Hazard pointers: the seat on whose list of retired nodes it is, and the last scan that found it looked at. */
  keeper = 32,
  stamp = 36,
  /** Hyaline: the node that counts for its batch, and the next on a seat's list. */
  batch = 40,
  inner = 44,
  magazine = 48,
  Bytes = 64,
}

/** What an operation answers beside yes, no, or a value. */
export const enum Outcome {
  No = 0,
  Yes = 1,
  /** There is no free node. */
  Full = -1,
}
