/**
 * The lock-order graph (checked flavour): which class of lock was ever taken while which other was held, and where.
 * A region of the heap of its own; everything in it only grows.
 */
export const enum LockOrder {
  /** How many edges were noted. */
  edgeCount = 0,
  /** How many user classes there are. */
  classCount = 4,
  /** For each class a word: bits of the classes that were taken while it was held. */
  rows = 64,
  /** User classes, 64 bytes each: address of the cell, then a name. */
  classes = 192,
  edges = 1216,
  ClassBytes = 64,
  MostClasses = 16,
  /** An edge: the two classes, then the place as a name. */
  EdgeBytes = 64,
  MostEdges = 64,
  Bytes = 5376,
}

/** Classes of locks. Containers nest, so they have classes of their own (P7). */
export const enum LockClass {
  /** Not a lock: "somebody waits for this section to end". */
  Signaling = 0,
  Depot = 1,
  Modules = 2,
  Fence = 3,
  External = 4,
  Array = 5,
  Chain = 6,
  /** Not a lock: a read section is held, and a grace period waits for it. */
  GracePeriod = 7,
  /** And on: by `ObjectType`, from 1. */
  Object = 7,
  Cell = 15,
  /** And on: of the user's cells, by name. */
  User = 16,
  Count = 32,
}
