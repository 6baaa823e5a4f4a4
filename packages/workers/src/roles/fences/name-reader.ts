/** Asks fences whose they are, and whether they are done, while their issuers come and go. */
import { type Fence, OopsError } from "@outlive/core"
import { DRIVER_NAMES, TIMELINE_NAMES } from "./issuers.js"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

/** No race takes so long, and no other number that could stand in place of a time is so near. */
const LONGEST_RACE_MS = 86_400_000

export const nameReader = defineRole({
  name: "nameReader",
  claim: "Names are never torn and never of a module that is gone; a detached fence is a signaled one.",
  seen: ["driver's name", "detached name"],
  play(stage) {
    while (stage.running) {
      const fence = stage.anyFence()
      if (!fence) continue
      read(stage, fence)
      stage.attempt("drops a fence whose names it read", () => fence.drop())
    }
  },
})

function read(stage: Stage, fence: Fence): void {
  const driver = stage.attempt("reads the driver's name", () => fence.driverName())
  if (driver !== undefined) {
    const detached = driver === "detached-driver"
    stage.count(detached ? "detached name" : "driver's name")
    stage.expect(DRIVER_NAMES.has(driver), `A driver is called ${JSON.stringify(driver)} (I8)`)
    if (detached) stage.expect(fence.hasSignaled(), "A fence is detached from its issuer and not signaled (I6)")
  }
  stage.pause()
  if (stage.random.oneIn(4)) readSlowly(stage, fence)
  const timeline = stage.attempt("reads the timeline's name", () => fence.timelineName())
  if (timeline !== undefined)
    stage.expect(TIMELINE_NAMES.has(timeline), `A timeline is called ${JSON.stringify(timeline)} (I8)`)
  ask(stage, fence)
}

/**
 * Finds a name, dawdles, and reads it in the same read section: for so long, its issuer must not go away.
 * What may happen meanwhile is everything else: the signal, the last drop, the unloading as far as the grace period.
 */
function readSlowly(stage: Stage, fence: Fence): void {
  const { engine, record } = stage.thread
  const name = stage.attempt("reads the driver's name slowly", () => {
    const address = engine.driverName(record, fence.address)
    stage.dawdle()
    const text = stage.heap.readName(address)
    engine.readUnlock(record)
    if (text === undefined)
      throw new OopsError(
        "TORN_NAME",
        "A name was overwritten in the read section in which it was read",
        stage.thread.name,
        fence.address,
        [0, 0],
      )
    return text
  })
  if (name === undefined) return
  stage.count("name read slowly")
  stage.expect(
    DRIVER_NAMES.has(name),
    `A driver's name, read slowly in one read section, is ${JSON.stringify(name)} (I8)`,
  )
}

/** The other questions that may lead to the issuer. */
function ask(stage: Stage, fence: Fence): void {
  const which = stage.random.below(4)
  if (which === 0) stage.attempt("asks whether it is signaled", () => fence.isSignaled())
  else if (which === 1) {
    const status = stage.attempt("asks for its status", () => fence.status())
    if (status === 1) stage.expect(fence.hasSignaled(), "A fence's status is 1, and it is not signaled (I5)")
  } else if (which === 2 && fence.hasSignaled()) checkTime(stage, fence)
  else if (which === 2) stage.attempt("sets a deadline", () => fence.setDeadline(1n))
}

/** The time of a signal is there as soon as the signal is, and is a time of this race (I4). */
function checkTime(stage: Stage, fence: Fence): void {
  const at = fence.timestampNs
  // Of a merge of complete fences that nobody has stamped.
  if (at === undefined && fence.context === 0n) return
  const ms = at === undefined ? Number.NaN : Number(at / 1_000n) / 1_000
  const now = performance.timeOrigin + performance.now()
  stage.count("time read")
  stage.expect(
    Math.abs(now - ms) < LONGEST_RACE_MS,
    `A fence was signaled at ${ms} ms since 1970, and it is ${now} (I4)`,
  )
}
