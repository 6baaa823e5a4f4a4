/** Sleeping until one fence is complete: on its own flags word, which is the fastest way to be woken. */
import { Fence as FenceRecord, Flag, Thread as ThreadRecord } from "../../built/layout.js"
import type { Limit } from "../entrance/limits.js"
import { sleep } from "../host/thread-host.js"
import type { Seat } from "../seat/seat.js"
import { park } from "../waiting/park.js"
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

/**
 * Does something that may block until the fence is complete, and leaves a note of it meanwhile, for whoever asks who waits
 * (memory/wait-edges.ts), and for whoever takes this thread for dead and wakes it (`wakeInstead` of the engine's death/reclaim.ts).
 * As a hint it may be late.
 */
export function sleepingFor<T>(seat: Seat, fence: number, body: () => T): T {
  seat.notice()
  const { record, words } = seat
  const note = (record + ThreadRecord.sleepsFor) >> 2
  const before = words[note]!
  // Before `park` looks whether we are reclaimed: whoever reclaims us looks here afterwards.
  Atomics.store(words, note, fence)
  try {
    return body()
  } finally {
    // The seat may be another tenant's by now, who has a note of his own.
    if (words[note] === fence) words[note] = before
  }
}

/** Waits for locks as for the fence: there is no bound to keep. */
function sleepForEver(seat: Seat, fence: number): boolean {
  const { ask, record } = seat
  const value = seat.told(ask.prepareWait(record, fence))
  if (value !== 0) sleepingFor(seat, fence, () => parkUntilComplete(seat, fence, value))
  seat.told(ask.finishWait(record, fence))
  return true
}

function parkUntilComplete(seat: Seat, fence: number, first: number): void {
  let value = first
  while (value !== 0) {
    park(seat, fence + FenceRecord.flags, value, Infinity)
    value = seat.told(seat.ask.prepareWait(seat.record, fence))
  }
}

/** Comes back at its bound, also when the holder of the fence's lock is dead. */
function sleepBounded(seat: Seat, fence: number, limit: Limit): boolean {
  const { ask, engine, record } = seat
  const value = seat.told(ask.tryPrepareWait(record, fence))
  const isOver = value === 0 || limit.leftMs === 0
  if (!isOver) sleepingFor(seat, fence, () => parkUntil(seat, fence, value, limit))
  if (value !== 0 && engine.hasSignaled(fence) === 0) return false
  finish(seat, fence, limit)
  return true
}

/** Until it is complete, or the time is up. */
function parkUntil(seat: Seat, fence: number, first: number, limit: Limit): void {
  let value = first
  for (let retryMs = RETRY_MS; value !== 0; retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    const leftMs = limit.leftMs
    if (leftMs === 0) return
    // Not enabled: the lock stays taken, and nobody may ever signal. Ask again soon.
    const ms = value & Flag.Enabled ? leftMs : Math.min(leftMs, retryMs)
    park(seat, fence + FenceRecord.flags, value, ms)
    value = seat.told(seat.ask.tryPrepareWait(seat.record, fence))
  }
}

/** It is complete; its callbacks are waited for while there is time: whoever runs them may be dead. */
function finish(seat: Seat, fence: number, limit: Limit): void {
  const isBusy = () => seat.told(seat.ask.tryFinishWait(seat.record, fence)) === 0
  for (let retryMs = RETRY_MS; isBusy(); retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    const leftMs = limit.leftMs
    if (leftMs === 0) return
    sleep(Math.min(leftMs, retryMs))
    seat.notice()
  }
}
