/**
 * Fences from a slab: memory that their module owns, and that must be empty when it goes (`kmem_cache_destroy`). Nothing is
 * counted while such a fence is made and given back; the unload looks for those that are in use. A fence that nobody holds any
 * more is in use until a grace period has passed and it has been given back: `barrier` is the cure, a grace period is none.
 *
 * A timeline with a slab stays until its module goes, also when nobody has it open: by it the fences are found.
 */
import { assertSteps } from "../bound"
import { isOn } from "../membership"
import { Module, Timeline } from "../layout/module"
import { Address, Kind } from "../layout/record"
import { nextInUse } from "../pool"
import { load, peek } from "../words"

/**
 * Fences in use from the slabs of a module that nobody uses any more. In a read section, without the modules' lock: a dead thread may hold
 * it. Nobody opens a timeline of such a module. One may be taken off the chain meanwhile, when the last of its fences goes, but none with
 * a slab; it leads on to the rest as long as the section lasts.
 */
export function countSlabs(module: i32): i32 {
  let used = 0
  let steps = 0
  // ORDER: observe what is on the chain. Pairs with `unlinkLocked` of `fence/timelines.ts`: with the one taken off, or without.
  let timeline = load(module + Module.timelines)
  while (timeline != Address.None) {
    assertSteps(++steps, Kind.Timeline, module)
    if (peek(timeline + Timeline.slab)) used += countSlab(timeline)
    timeline = load(timeline + Timeline.next)
  }
  return used
}

/** PLAIN: a fence's timeline never changes, and nobody makes fences of a module that is about to go. */
function countSlab(timeline: i32): i32 {
  let used = 0
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence))
    if (isOn(fence, timeline)) used++
  return used
}
