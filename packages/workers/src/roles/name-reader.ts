/** Asks fences whose they are, and whether they are done, while their issuers come and go. */
import type { Fence } from "@outlive/core"
import { DRIVER_NAMES, TIMELINE_NAMES } from "../issuers.js"
import type { Role, Stage } from "./role.js"

export const nameReader: Role = {
  claim: "Names are never torn and never of a module that is gone; a detached fence is a signaled one.",
  play(stage) {
    while (stage.running) {
      const fence = stage.anyFence()
      if (!fence) continue
      read(stage, fence)
      stage.attempt("drops a fence whose names it read", () => fence.drop())
    }
  },
}

function read(stage: Stage, fence: Fence): void {
  const driver = stage.attempt("reads the driver's name", () => fence.driverName())
  if (driver !== undefined) {
    const detached = driver === "detached-driver"
    stage.count(detached ? "detached name" : "driver's name")
    stage.expect(DRIVER_NAMES.has(driver), `A driver is called ${JSON.stringify(driver)} (I8)`)
    if (detached) stage.expect(fence.hasSignaled(), "A fence is detached from its issuer and not signaled (I6)")
  }
  stage.pause()
  const timeline = stage.attempt("reads the timeline's name", () => fence.timelineName())
  if (timeline !== undefined) stage.expect(TIMELINE_NAMES.has(timeline), `A timeline is called ${JSON.stringify(timeline)} (I8)`)
  ask(stage, fence)
}

/** The other questions that may lead to the issuer. */
function ask(stage: Stage, fence: Fence): void {
  const which = stage.random.below(4)
  if (which === 0) stage.attempt("asks whether it is signaled", () => fence.isSignaled())
  else if (which === 1) {
    const status = stage.attempt("asks for its status", () => fence.status())
    if (status === 1) stage.expect(fence.hasSignaled(), "A fence's status is 1, and it is not signaled (I5)")
  } else if (which === 2) stage.attempt("sets a deadline", () => fence.setDeadline(1n))
}
