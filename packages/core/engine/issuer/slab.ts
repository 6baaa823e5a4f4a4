/**
 * Fences from a slab: memory that their module owns, and that must be empty when it goes (`kmem_cache_destroy`). Nothing is
 * counted while such a fence is made and given back; the unload looks for those that are in use. A fence that nobody holds any
 * more is in use until a grace period has passed and it has been given back: `barrier` is the cure, a grace period is none.
 *
 * A timeline with a slab stays until its module goes, also when nobody has it open: by it the fences are found.
 */
import { Fence } from "../layout/fence"
import { Timeline } from "../layout/module"
import { Address, Kind } from "../layout/record"
import { nextInUse } from "../pool"
import { tagged } from "../tag"
import { peek } from "../words"

/** Fences in use from the slabs of these timelines, chained by `Timeline.next`. Under the modules' lock, which keeps the chain. */
export function countSlabsLocked(first: i32): i32 {
  let used = 0
  for (let timeline = first; timeline != Address.None; timeline = peek(timeline + Timeline.next))
    if (peek(timeline + Timeline.slab)) used += countSlab(tagged(timeline))
  return used
}

/** PLAIN: a fence's timeline never changes, and nobody makes fences of a module that is about to go. */
function countSlab(pointer: i32): i32 {
  let used = 0
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence))
    if (peek(fence + Fence.timeline) == pointer) used++
  return used
}
