/**
 * Versions: a value that readers see whole, without a lock, and that writers replace. A shared object (layout/object.ts); each version is
 * a list of blocks of `Slots`, whose first one has the number of bytes in `count`.
 */
export const enum Versions {
  /** First block of the version that readers find. */
  current = 20,
}

/** In the first block of a version, where others have a word of the list: 1 once somebody is about to replace it, so that it has been published. */
export const enum Version {
  published = 60,
  /** Words of data in a block: the last one is `published`. */
  Capacity = 11,
}
