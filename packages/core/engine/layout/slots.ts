/** Twelve words of a list that is longer than one record: blocks are chained by `next`. */
export const enum Slots {
  generation = 0,
  /** For `retire`, as in every record. */
  link = 4,
  next = 8,
  /** In the first block: how many words of the whole list are in use. */
  count = 12,
  first = 16,
  /** Words in a block. */
  Capacity = 12,
}
