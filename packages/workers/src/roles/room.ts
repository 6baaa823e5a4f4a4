/** A heap that is full is an answer, not a failure. */
import { HeapError } from "@outlive/core"
import type { Stage } from "../stage.js"

/** Whether it could be done. */
export function hasRoom(stage: Pick<Stage, "count">, body: () => void): boolean {
  try {
    body()
    return true
  } catch (error) {
    if (!(error instanceof HeapError) || error.code !== "FULL") throw error
    stage.count("no room")
    return false
  }
}
