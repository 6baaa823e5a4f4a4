/** What a reader protects. */
export const enum Kind {
  /** All that it can reach, from `enter` to `leave`. */
  Section = 0,
  /** One node for each slot: it publishes which, and looks again whether the link is still there. */
  Pointer = 1,
  /** Nothing: it looks afterwards whether what it read was still what it was looking for. */
  Optimistic = 2,
}
