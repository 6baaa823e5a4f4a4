/** A handle on any fence: of the class that the fence's kind asks for, which only its record knows. */
import { Fence as FenceRecord, Flag } from "../../built/layout.js"
import { HeapError } from "../errors.js"
import type { Families } from "../host/families.js"
import { MADE } from "../seat/made.js"
import type { Seat } from "../seat/seat.js"
import { Fence } from "./fence.js"

/** Makes the handle of a container. */
type ContainerHandles = (seat: Seat, address: number, isArray: boolean) => Fence
let containers: ContainerHandles | undefined

/** This program has handles of containers (`src/entries/parts.ts`). */
export function provideContainers(handles: ContainerHandles): void {
  containers = handles
}

/** Before a heap is opened: whether this program can hold all that there may be in it. @throws HeapError NOT_IMPORTED */
export function handlesFor(families: Families): void {
  if (families !== "all" || containers !== undefined) return
  const message =
    'Cannot open heap: it may carry what this program has no handles for. Import "@outlive/core/all-worker" or "@outlive/core/all" instead'
  throw new HeapError("NOT_IMPORTED", message)
}

/** Takes over a reference. */
export function handleOn(seat: Seat, address: number): Fence {
  // PLAIN: the bits that say what a fence is never change.
  const flags = seat.heap.word(address + FenceRecord.flags)
  if (flags & (Flag.Array | Flag.Chain)) return containers!(seat, address, (flags & Flag.Array) !== 0)
  return new Fence(MADE, seat, address)
}
