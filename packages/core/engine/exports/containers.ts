/** What a caller does to containers and drafts, each operation settling what it has put off. */
import { findSeqno as find, walkChain as walk } from "../composite/chain"
import { addLeaves as addAll, discardDraft as discard } from "../composite/draft"
import { mergeDraft as merge } from "../composite/merge"
import { settle } from "../work"

/** The link before a link that is pending, with a reference; takes over that on the link (`composite/chain.ts`). */
export function walkChain(thread: i32, fence: i32): i32 {
  const previous = walk(thread, fence)
  settle(thread)
  return previous
}

/** The link on which everything up to a point depends, with a reference (`composite/chain.ts`). */
export function findSeqno(thread: i32, fence: i32, seqnoLo: i32, seqnoHi: i32): i32 {
  const found = find(thread, fence, seqnoLo, seqnoHi)
  settle(thread)
  return found
}

/** Appends every pending fence that this one is made of: 1, or 0 when the heap is full. */
export function addLeaves(thread: i32, draft: i32, fence: i32): i32 {
  const complete = addAll(thread, draft, fence)
  settle(thread)
  return complete
}

/** One fence for a draft of leaves; NONE (the draft stays) when the heap is full. */
export function mergeDraft(thread: i32, draft: i32): i32 {
  const fence = merge(thread, draft)
  settle(thread)
  return fence
}

/** Gives up a draft and all that hangs on it. */
export function discardDraft(thread: i32, draft: i32): void {
  discard(thread, draft)
  settle(thread)
}
