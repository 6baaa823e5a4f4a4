/** Issues fences in bursts, shares them, signals its own and other threads'. */
import type { Fence, Timeline } from "@outlive/core"
import { claim, loadIfRoom, timelineNameOf } from "./issuers.js"
import { USER_BIT } from "./user-bits.js"
import { judgeContainer } from "./containers.js"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

const LONGEST_BURST = 40
const MOST_PENDING = 6

export const signaler = defineRole({
  name: "signaler",
  claim: "One signal() wins per fence, and once it has returned the fence is complete and detached from its issuer.",
  seen: ["won", "lost"],
  play(stage) {
    while (stage.running) burst(stage)
  },
})

/** A module is loaded, used, and every fence of it signaled before it is let go: what an issuer owes its fences. */
function burst(stage: Stage): void {
  const { random, thread } = stage
  const definition = stage.modules[random.below(stage.modules.length)]!
  const timeline = openTimeline(stage, definition)
  if (!timeline) return
  const pending: Fence[] = []
  try {
    for (let left = random.below(LONGEST_BURST); left > 0 && stage.running; left--) {
      const fence = timeline.fence()
      stage.count("issued")
      pending.push(fence)
      const before = thread.replaceAt(random.below(stage.settings.slots), fence.addRef())
      stage.pause()
      if (before) stage.attempt("drops what it replaced", () => before.drop())
      if (pending.length > random.below(MOST_PENDING)) complete(stage, pending.shift()!)
      if (random.oneIn(3)) signalSomebodyElses(stage)
    }
  } finally {
    // An issuer may let go of its module before its fences are signaled: they alone must keep it from going.
    const isEarly = random.oneIn(2)
    if (isEarly) {
      timeline.close()
      if (random.oneIn(4)) stage.dawdle()
    }
    for (const fence of pending) complete(stage, fence)
    timeline.close()
  }
}

function openTimeline(stage: Stage, definition: Parameters<typeof stage.thread.load>[0]): Timeline | undefined {
  const module = loadIfRoom(stage, definition)
  if (!module) return undefined
  stage.pause()
  try {
    return module.timeline(timelineNameOf(definition.name))
  } catch (error) {
    // Unloaded between the two, or too many timelines opened since the last unload: both are answers, not failures.
    const code = (error as { code?: string }).code
    if (code !== "NOT_LIVE" && code !== "FULL") throw error
    stage.count(code === "FULL" ? "no timeline left" : "too late to open a timeline")
    if (code === "FULL") module.tryUnload()
    return undefined
  }
}

/** Signals a fence of one's own. */
function complete(stage: Stage, fence: Fence): void {
  claim(fence, USER_BIT.hardwareDone)
  stage.pause()
  signal(stage, fence)
  stage.attempt("drops a fence it signaled", () => fence.drop())
}

/** Signals a fence found in a slot: a race with its issuer. */
function signalSomebodyElses(stage: Stage): void {
  const fence = stage.anyFence()
  if (!fence) return
  if (fence.isContainer) judgeContainer(stage, fence)
  else signal(stage, fence)
  stage.attempt("drops a fence it signaled for another", () => fence.drop())
}

function signal(stage: Stage, fence: Fence): void {
  const won = stage.attempt("signals a fence", () => fence.signal())
  if (won === undefined) return
  stage.count(won ? "won" : "lost")
  if (won) stage.expect(claim(fence, USER_BIT.won), "Two threads won the signal of one fence (I1)")
  stage.expect(fence.hasSignaled(), "signal() returned, and the fence is not signaled (I1)")
  const keepsOps = (stage.thread.engine.flagsOf(fence.address) & KEEPS_OPS) !== 0
  if (stage.random.oneIn(8)) stage.attempt("sets an error too late", () => setErrorTooLate(stage, fence))
  stage.expect(fence.isDetached === !keepsOps, "The fence is signaled, and its ops are not as they should be (I6)")
}

/** `Flag.KeepsOps` of the engine: this issuer's fences are not detached. */
const KEEPS_OPS = 64

/** A complete fence takes no error, and its status stays what it was (I5). */
function setErrorTooLate(stage: Stage, fence: Fence): void {
  try {
    fence.setError(-5)
    stage.violate("An error was set on a fence that is complete (I5)")
  } catch (error) {
    if ((error as { code?: string }).code !== "ALREADY_SIGNALED") throw error
  }
  stage.expect(fence.status() === 1, "The status of a complete fence has changed (I5)")
}
