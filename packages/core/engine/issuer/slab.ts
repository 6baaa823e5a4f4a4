/**
 * Fences from a slab: memory that their module owns, and that must be empty when it goes (`kmem_cache_destroy`). Nothing is
 * counted while such a fence is made and given back; the unload looks for those that are in use. A fence that nobody holds any
 * more is in use until a grace period has passed and it has been given back: `barrier` is the cure, a grace period is none.
 *
 * A timeline with a slab stays until its module goes, also when nobody has it open: by it the fences are found.
 */
import { isOn } from "../membership"
import { Timeline } from "../layout/module"
import { Address, Kind } from "../layout/record"
import { nextInUse } from "../pool"
import { peek } from "../words"

/** Fences in use from the slabs of these timelines, chained by `Timeline.next`. Under the modules' lock, which keeps the chain. */
export function countSlabsLocked(first: i32): i32 {
  let used = 0
  for (let timeline = first; timeline != Address.None; timeline = peek(timeline + Timeline.next))
    if (peek(timeline + Timeline.slab)) used += countSlab(timeline)
  return used
}

/** PLAIN: a fence's timeline never changes, and nobody makes fences of a module that is about to go. */
function countSlab(timeline: i32): i32 {
  let used = 0
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence))
    if (isOn(fence, timeline)) used++
  return used
}
