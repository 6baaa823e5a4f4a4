/** Waits for fences that others issue: asleep, or as promises by the dozen. */
import type { Fence, WaitOutcome } from "@outlive/core"
import { TIMEOUT_MS, judgePromptness } from "./promptness.js"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

const MOST_PROMISES = 12

export const waiter = defineRole({
  name: "waiter",
  claim: "No wait returns before the signal, and none sleeps through it.",
  async play(stage) {
    while (stage.running) {
      if (stage.random.oneIn(4)) await waitForSeveral(stage)
      else waitForOne(stage)
    }
  },
})

function waitForOne(stage: Stage): void {
  const fence = stage.anyFence()
  if (!fence) return
  stage.pause()
  const start = performance.now()
  const outcome = stage.attempt("waits for a fence", () =>
    fence.waitSync({ timeoutMs: stage.running ? TIMEOUT_MS : 0 }),
  )
  judge(stage, fence, outcome, start)
  stage.attempt("drops a fence it waited for", () => fence.drop())
}

async function waitForSeveral(stage: Stage): Promise<void> {
  const fences: Fence[] = []
  for (let left = 1 + stage.random.below(MOST_PROMISES); left > 0; left--) {
    const fence = stage.anyFence()
    if (fence) fences.push(fence)
  }
  const start = performance.now()
  const waits = fences.map((fence) =>
    fence.wait({ timeoutMs: TIMEOUT_MS }).then(
      (outcome) => judge(stage, fence, outcome, start),
      (error: unknown) =>
        void stage.attempt("waits for a fence", () => {
          throw error
        }),
    ),
  )
  await Promise.all(waits)
  for (const fence of fences) stage.attempt("drops a fence it waited for", () => fence.drop())
}

function judge(stage: Stage, fence: Fence, outcome: WaitOutcome | undefined, start: number): void {
  if (outcome === undefined) return
  stage.count(outcome)
  judgePromptness(stage, fence, start)
  if (outcome === "timed-out") return
  stage.expect(fence.hasSignaled(), "A wait returned before the signal")
  stage.expect(fence.timestampNs !== undefined, "A signaled fence has no timestamp (I4)")
}
