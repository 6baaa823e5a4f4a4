/** A `Syncobj`, as a shared object (layout/object.ts). */
export const enum Syncobj {
  /** The base of the list of `list.ts`: its words are the two after this one. Guarded by the object's lock. */
  waiters = 20,
  firstWaiter = 24,
  lastWaiter = 28,
  /** What it stands for, with a reference: NONE, any fence, or the newest link of a chain. Replaced under the lock, read under RCU. */
  fence = 32,
}
