/** Waiting for a fence, however it ends. */
import type { Fence } from "@outlive/core"

/** Sleeps for at most so long; that a fence completed with an error is no failure of the wait. */
export function waitFor(fence: Fence, timeoutMs: number): void {
  try {
    fence.waitSync({ timeoutMs })
  } catch (error) {
    if ((error as { errno?: number }).errno === undefined) throw error
  }
}
