/**
 * References that no handle has: what waits, or counts, keeps what it waits for. They count as those of handles do, so that the
 * accounts of a thread that dies with them say so.
 */
import { Thread as ThreadRecord } from "../../built/layout.js"
import type { Seat } from "./seat.js"

/** Takes a reference. */
export function keepFence(seat: Seat, fence: number): void {
  seat.engine.addRef(fence)
  countFence(seat, 1)
}

/** Gives it back. */
export function letFenceGo(seat: Seat, fence: number): void {
  countFence(seat, -1)
  seat.dropFence(fence)
}

/** Somebody else's reference has become one of these (1), or one of these somebody else's (-1). */
export const countFence = (seat: Seat, change: 1 | -1): void => seat.tally(ThreadRecord.fenceHandles, change)

export function keepObject(seat: Seat, object: number): void {
  seat.engine.addObjectRef(object)
  seat.tally(ThreadRecord.objectHandles, 1)
}

export function letObjectGo(seat: Seat, object: number): void {
  seat.tally(ThreadRecord.objectHandles, -1)
  seat.dropObject(object)
}
