/** Waiting for any or all of several fences. The handles are needed at the call only. */
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show } from "../entrance/numbers.js"
import { listOf } from "../entrance/words.js"
import type { Seat } from "../seat/seat.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { Fence, fenceIn } from "./fence.js"
import { AllComplete, AnyComplete, type WaitAnyOutcome } from "./fence-conditions.js"
import type { WaitOutcome } from "./outcome.js"

/** Sleeps until one of the fences is complete; the lowest index wins. Does not throw for a fence's error. @throws RangeError for no fences; FenceError FOREIGN, STALE; HeapError FULL */
export function waitAnySync(fences: readonly Fence[], options: WaitOptions = {}): WaitAnyOutcome {
  const limit = new Limit(options)
  const { seat, addresses } = belongings(listOf("fences", fences))
  return sleepUntil(seat, new AnyComplete(seat, addresses), limit)
}

/** Resolves when one of the fences is complete; the lowest index wins. Does not reject for a fence's error. */
export function waitAny(fences: readonly Fence[], options: AsyncWaitOptions = {}): Promise<WaitAnyOutcome> {
  return promised(() => {
    const [limit, signal] = [new Limit(options), abortSignal(options)]
    const { seat, addresses } = belongings(listOf("fences", fences))
    return promiseUntil(seat, new AnyComplete(seat, addresses), limit, signal)
  })
}

/** Sleeps until all are complete. @throws FenceError for the first that completed with an error */
export function waitAllSync(fences: readonly Fence[], options: WaitOptions = {}): WaitOutcome {
  const limit = new Limit(options)
  const all = listOf("fences", fences)
  if (all.length === 0) return "signaled"
  belongings(all)
  for (const fence of all) if (fence.waitSync({ timeoutMs: limit.leftMs }) === "timed-out") return "timed-out"
  return "signaled"
}

/** Resolves when all are complete; rejects with the first error, in the order of the list. */
export function waitAll(fences: readonly Fence[], options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
  return promised(() => {
    const [limit, signal] = [new Limit(options), abortSignal(options)]
    const all = listOf("fences", fences)
    if (all.length === 0) return Promise.resolve("signaled" as const)
    const { seat, addresses } = belongings(all)
    return promiseUntil(seat, new AllComplete(seat, addresses), limit, signal)
  })
}

/** The thread that all of a list of our own belong to, and their addresses. @throws RangeError for none; TypeError; FenceError */
function belongings(fences: readonly Fence[]): { seat: Seat; addresses: number[] } {
  if (fences.length === 0) throw new RangeError("Cannot wait for any of no fences")
  const first: unknown = fences[0]
  if (!(first instanceof Fence)) throw new TypeError(`Cannot wait for ${show(first)}: a fence is needed`)
  const seat = first.thread
  void seat.record
  return { seat, addresses: fences.map((fence) => fenceIn(seat, fence)) }
}
