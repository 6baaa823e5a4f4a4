/** What a build with the lab's fences exports besides (`engine/lab`): a fence without a lock, and a bare flag. */
import type { Engine } from "@outlive/core/engine-js"

export interface LabEngine extends Engine {
  createFree(thread: number): number
  signalFree(thread: number, fence: number): number
  addFree(thread: number, fence: number, action: number, argument: number): number
  removeFree(thread: number, node: number): number
  destroyFree(thread: number, fence: number): void
  signalBare(thread: number, fence: number): number
}
