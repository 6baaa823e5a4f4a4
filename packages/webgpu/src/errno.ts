/** Which error number a fence completes with when its work did not come to a good end; the kernel's drivers use the same. */
import type { GpuLoss } from "./gpu-device.js"

/** What `GpuTimeline` completes fences with, as negative numbers. */
export const GpuErrno = {
  /** The queue could not say when the work was done. */
  io: -5,
  /** The GPU had no memory for it. */
  noMemory: -12,
  /** The device was lost. */
  lost: -19,
  /** The commands were refused: not one of them was executed. */
  refused: -22,
  /** The program destroyed the device, or closed the timeline. */
  canceled: -125,
} as const

export const errnoOfLoss = ({ reason }: GpuLoss): number => (reason === "destroyed" ? GpuErrno.canceled : GpuErrno.lost)
