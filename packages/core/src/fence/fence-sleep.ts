/** Sleeping until one fence is complete: on its own flags word, which is the fastest way to be woken. */
import { Fence as FenceRecord, Flag } from "../../built/layout.js"
import type { Limit } from "../entrance/limits.js"
import { canBlock, sleep } from "../host/thread-host.js"
import type { Seat } from "../seat/seat.js"
import { type WaitOutcome, throwErrorOf } from "./outcome.js"

/** How long to sleep where the fence's lock stays taken, before asking again: mostly its holder is only busy. */
const RETRY_MS = 0.05
const MOST_RETRY_MS = 2

/**
 * Sleeps until the fence is complete. KERNEL: "timed-out" is only said of a fence that is not complete.
 * @throws FenceError when it completed with an error
 */
export function sleepUntilComplete(seat: Seat, fence: number, limit: Limit): WaitOutcome {
  const isComplete = limit.leftMs === Infinity ? sleepForEver(seat, fence) : sleepBounded(seat, fence, limit)
  if (!isComplete) return "timed-out"
  throwErrorOf(seat, fence)
  return "signaled"
}

/** Waits for locks as for the fence: there is no bound to keep. */
function sleepForEver(seat: Seat, fence: number): boolean {
  const { ask, record, words } = seat
  let value = seat.told(ask.prepareWait(record, fence))
  while (value !== 0) {
    if (canBlock) Atomics.wait(words, (fence + FenceRecord.flags) >> 2, value)
    value = seat.told(ask.prepareWait(record, fence))
  }
  seat.told(ask.finishWait(record, fence))
  return true
}

/** Comes back at its bound, also when the holder of the fence's lock is dead. */
function sleepBounded(seat: Seat, fence: number, limit: Limit): boolean {
  const { ask, engine, record, words } = seat
  for (let retryMs = RETRY_MS; ; retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    const value = seat.told(ask.tryPrepareWait(record, fence))
    if (value === 0) break
    const leftMs = limit.leftMs
    if (leftMs === 0) {
      if (engine.hasSignaled(fence) === 0) return false
      break
    }
    // Not enabled: the lock stays taken, and nobody may ever signal. Ask again soon.
    const ms = value & Flag.Enabled ? leftMs : Math.min(leftMs, retryMs)
    if (canBlock) Atomics.wait(words, (fence + FenceRecord.flags) >> 2, value, ms)
  }
  finish(seat, fence, limit)
  return true
}

/** It is complete; its callbacks are waited for while there is time: whoever runs them may be dead. */
function finish(seat: Seat, fence: number, limit: Limit): void {
  const isBusy = () => seat.told(seat.ask.tryFinishWait(seat.record, fence)) === 0
  for (let retryMs = RETRY_MS; isBusy(); retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    const leftMs = limit.leftMs
    if (leftMs === 0) return
    sleep(Math.min(leftMs, retryMs))
  }
}
