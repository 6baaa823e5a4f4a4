/** What must hold of any container that somebody finds. */
import { type Fence, FenceArray, FenceChain, HeapError, unwrap } from "@outlive/core"
import type { Stage } from "../../stage.js"

/** Asks a container whether it is complete; if it says so, everything it is made of must be (I13). */
export function judgeContainer(stage: Stage, fence: Fence): void {
  const complete = stage.attempt("asks a container whether it is signaled", () => fence.isSignaled())
  stage.count(complete ? `${fence.kind} complete` : `${fence.kind} pending`)
  if (!complete) return
  if (fence instanceof FenceArray)
    for (const member of fence.members()) {
      stage.expect(member.hasSignaled(), "An array is complete, and a member of it is not (I13)")
      stage.attempt("drops a member", () => member.drop())
    }
  else if (fence instanceof FenceChain) {
    using contained = fence.contained
    stage.expect(contained.hasSignaled(), "A link is complete, and its own fence is not (I13)")
  }
}

/** Whether any of what a fence is made of is pending. */
export function hasPending(stage: Stage, fence: Fence): boolean {
  let pending = false
  stage.attempt("takes a container apart", () => {
    for (const leaf of unwrap(fence)) {
      pending ||= !leaf.hasSignaled()
      leaf.drop()
    }
  })
  return pending
}

/** Makes something of fences, if the heap has room; a heap that is full is an answer, not a failure. */
export function ifRoom<T>(stage: Stage, make: () => T): T | undefined {
  return stage.attempt("makes a container", () => {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof HeapError) || error.code !== "FULL") throw error
      stage.count("no room")
      return undefined
    }
  })
}
