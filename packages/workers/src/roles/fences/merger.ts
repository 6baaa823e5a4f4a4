/** Merges what it finds, and waits for that. */
import { type Fence, merge, unwrap } from "@outlive/core"
import { hasPending, ifRoom } from "./containers.js"
import { TIMEOUT_MS, judgePromptness } from "./promptness.js"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

const MOST_INPUTS = 5
const MOST_TRIES = 24

export const merger = defineRole({
  name: "merger",
  claim: "A merge keeps the latest fence of each context, in order of context, and is complete when those are.",
  seen: ["merged"],
  async play(stage) {
    while (stage.running) {
      const inputs = gather(stage)
      const merged = ifRoom(stage, () => merge(stage.thread, inputs))
      for (const input of inputs) stage.attempt("drops what it merged", () => input.drop())
      if (!merged) continue
      if (merged.kind === "array") checkOrder(stage, merged)
      stage.pause()
      await awaitMerged(stage, merged)
      stage.attempt("drops a merge", () => merged.drop())
    }
  },
})

/** A few fences from the slots; most that are found are complete, so pending ones are looked for. */
function gather(stage: Stage): Fence[] {
  const inputs: Fence[] = []
  let complete = stage.random.below(MOST_INPUTS)
  for (let tries = 0; tries < MOST_TRIES && inputs.length < MOST_INPUTS; tries++) {
    const fence = stage.anyFence()
    if (!fence) continue
    if (!fence.hasSignaled() || complete-- > 0) inputs.push(fence)
    else stage.attempt("drops a fence that is complete", () => fence.drop())
  }
  return inputs
}

/** Contexts rise strictly: in order, and each once. */
function checkOrder(stage: Stage, merged: Fence): void {
  let last = -1n
  for (const leaf of unwrap(merged)) {
    stage.expect(leaf.context > last, `A merge has context ${leaf.context} after ${last}`)
    last = leaf.context
    leaf.drop()
  }
  stage.count("merged")
}

async function awaitMerged(stage: Stage, merged: Fence): Promise<void> {
  const timeoutMs = stage.running ? TIMEOUT_MS : 0
  const start = performance.now()
  const outcome = stage.random.oneIn(3)
    ? await merged.wait({ timeoutMs })
    : stage.attempt("waits for a merge", () => merged.waitSync({ timeoutMs }))
  if (outcome === undefined) return
  stage.count(outcome)
  judgePromptness(stage, merged, start)
  if (outcome === "signaled")
    stage.expect(!hasPending(stage, merged), "A wait for a merge returned, and a part of it is pending (I13)")
}
