/** A wait that ends when its time is up, although all had been complete for long: nobody woke it, or nobody completed the whole. */
import { type Fence, unwrap } from "@outlive/core"
import type { Stage } from "../../stage.js"

/** Long enough that a busy machine is no excuse. */
export const TIMEOUT_MS = 1_000
/** What was complete so long before a wait for it ended was slept through. */
const LATE_MS = 500
/** A time-out that is so late says that the machine had no time for this thread. */
const STARVED_MS = 100

/** Told of a wait that has ended, whether in time or not, and when it began (`performance.now`). */
export function judgePromptness(stage: Stage, fence: Fence, start: number): void {
  if (!stage.isTimeJudged) return
  const end = performance.now()
  // Who comes back later than its own time-out was kept from running, and may have been woken in time.
  if (end - start < TIMEOUT_MS || end - start > TIMEOUT_MS + STARVED_MS) return
  const since = completeSince(stage, fence)
  if (since === undefined) return
  const lateMs = Math.round(end - since)
  stage.expect(
    lateMs < LATE_MS,
    `A wait for a fence (${fence.kind}) slept through its end: it returned ${lateMs} ms after it`,
  )
}

/** When the last of what a fence is made of was signaled; undefined while one is pending. The whole may be late, and is not asked. */
function completeSince(stage: Stage, fence: Fence): number | undefined {
  return stage.attempt("takes a container apart", () => {
    let latest = 0n
    let pending = false
    for (const leaf of unwrap(fence)) {
      pending ||= !leaf.hasSignaled()
      const at = leaf.timestampNs ?? 0n
      if (at > latest) latest = at
      leaf.drop()
    }
    return pending ? undefined : Number(latest / 1_000n) / 1_000 - performance.timeOrigin
  })
}
