/** How a complete fence ended. */
import { Fence as FenceRecord } from "../../built/layout.js"
import { FenceError, errnoName } from "../errors.js"
import type { Seat } from "../seat/seat.js"

/** How a wait ended. A fence that completed with an error throws (or rejects) instead. */
export type WaitOutcome = "signaled" | "timed-out"

/** The error a complete fence ended with. */
export function errorOf(seat: Seat, fence: number): FenceError | undefined {
  const errno = seat.heap.word(fence + FenceRecord.error)
  if (errno === 0) return undefined
  const name = errnoName(errno)
  return new FenceError(name, `Fence completed with error ${name}`, errno)
}

/** @throws FenceError when the fence, which is complete, ended with an error */
export function throwErrorOf(seat: Seat, fence: number): void {
  const error = errorOf(seat, fence)
  if (error) throw error
}
