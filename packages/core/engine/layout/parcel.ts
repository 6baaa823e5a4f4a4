/**
 * A parcel: a reference on its way from one thread to another, by a token that can be taken once. A shared object
 * (layout/object.ts) that nobody opens, and that has no count of references.
 */
export const enum Parcel {
  /**
   * Its own generation: it can be taken. The token of a thread: that one is taking it, and what is in it is not handed out yet. 0: it
   * is empty, and on its way out.
   */
  state = 20,
  /** Address of the fence or the shared object, with a reference. */
  content = 24,
  /** The `ObjectType` of that, or 0 for a fence. */
  type = 28,
  /** Token of the thread that sent it: if that dies, whoever clears up takes it back. */
  sender = 32,
}
