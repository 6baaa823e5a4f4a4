/** Adds callbacks and removes some of them. */
import type { Fence, FenceCallback } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

const TIMEOUT_MS = 1_000

export const subscriber = defineRole({
  name: "subscriber",
  claim: "Each callback runs exactly once, or was removed and never runs.",
  seen: ["ran", "removed"],
  async play(stage) {
    // A cell of our own, above the slots.
    const cell = stage.settings.slots + stage.index
    while (stage.running) {
      const fence = stage.anyFence()
      if (!fence) continue
      if (stage.random.oneIn(3)) await subscribeFunction(stage, fence)
      else subscribeCounter(stage, fence, cell)
      stage.attempt("drops a fence it subscribed to", () => fence.drop())
    }
  },
})

/** An engine callback, run by the signaler under the lock. */
function subscribeCounter(stage: Stage, fence: Fence, cell: number): void {
  const { engine, heap } = stage.thread
  const before = engine.readCell(heap.cell(cell))
  const callback = stage.attempt("adds a callback", () => fence.addCounter(cell))
  if (callback === undefined) return
  if (callback === "already-signaled") {
    stage.count("too late to add")
    stage.expect(fence.hasSignaled(), "addCallback says already-signaled of a fence that is not (I2)")
    stage.expect(engine.readCell(heap.cell(cell)) === before, "A callback ran that was never added (I2)")
    return
  }
  stage.pause()
  const waited = stage.random.oneIn(2)
    ? stage.attempt("waits", () => fence.waitSync({ timeoutMs: stage.running ? TIMEOUT_MS : 0 }))
    : undefined
  if (waited === "signaled")
    stage.expect(
      engine.readCell(heap.cell(cell)) === before + 1,
      "A wait has returned, and a callback added before has not run once (I2)",
    )
  const removed = stage.attempt("removes a callback", () => callback.remove())
  if (removed === undefined) return
  stage.count(removed ? "removed" : "ran")
  const ran = engine.readCell(heap.cell(cell)) - before
  stage.expect(
    ran === (removed ? 0 : 1),
    `A callback ${removed ? "was removed" : "was not removed"} and ran ${ran} times (I2)`,
  )
  if (waited === "signaled") stage.expect(!removed, "A callback was removed from a fence that had been waited for (I2)")
}

/** A function, delivered to this thread. */
async function subscribeFunction(stage: Stage, fence: Fence): Promise<void> {
  let calls = 0
  let called: () => void = () => {}
  const delivered = new Promise<void>((resolve) => (called = resolve))
  const callback = stage.attempt("adds a function", () =>
    fence.addCallback(() => {
      calls++
      called()
    }),
  )
  if (callback === undefined || callback === "already-signaled") return
  stage.pause()
  const early = stage.random.oneIn(2) ? remove(stage, callback) : "runs"
  if (early === "unknown") return
  if (early === "removed") {
    stage.count("function removed")
    await Promise.resolve()
    stage.expect(calls === 0, "A function was removed and called all the same (I2)")
    return
  }
  const late = Symbol("late")
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<symbol>((resolve) => (timer = setTimeout(() => resolve(late), TIMEOUT_MS)))
  const outcome = await Promise.race([delivered, patience])
  clearTimeout(timer)
  if (outcome === late) {
    const removed = remove(stage, callback)
    if (removed === "unknown") return
    if (removed === "removed") return stage.count("function removed late")
    await delivered
  }
  stage.count("function called")
  stage.expect(calls === 1, `A function was called ${calls} times (I2)`)
}

/** After an oops of an issuer-bound fence nobody knows whether it will run: nothing is claimed of it any more. */
function remove(stage: Stage, callback: FenceCallback): "removed" | "runs" | "unknown" {
  const removed = stage.attempt("removes a function", () => callback.remove())
  return removed === undefined ? "unknown" : removed ? "removed" : "runs"
}
