/**
 * What drivers do under each lifetime. The plan to ask without the lock breaks them, and so would today's text with that plan
 * and RCU ("reworked") where an issuer does not cancel again what was armed meanwhile.
 */
import { LIFETIME_NAMES, type LifetimeName, type LifetimeSwitches } from "@outlive/core"
import { exploreModel, modelNamed } from "@outlive/models"
import { describe, expect, test } from "vitest"

const REWORKED: LifetimeSwitches = {
  ops: "detach",
  names: "always",
  ask: "unlocked",
  unload: "grace",
  pins: "keepers",
  locks: "counted",
}

const LOCKED = LIFETIME_NAMES.filter((name) => name !== "unlocked")

interface Broken {
  readonly unlocked?: string
  readonly locked?: string
  readonly reworked?: string
}

const BROKEN: Readonly<Record<string, Broken>> = {
  "ring-timer": { unlocked: "DeadRecord" },
  "ring-timer-once": { unlocked: "DeadRecord", reworked: "it will fire there" },
  "evict-work": { unlocked: "DeadRecord" },
  "evict-mm": { unlocked: "DeadRecord", reworked: "DeadRecord" },
  "channel-notify": { unlocked: "the event stays on", reworked: "the event stays on" },
  "channel-count": { unlocked: "it counts one", reworked: "it counts one" },
  "wake-queue": {},
  "wake-queue-inline": { locked: "waiting for each other" },
}

function expectAs(name: string, lifetime: LifetimeName | LifetimeSwitches, expected: string | undefined): void {
  const search = expected === undefined ? {} : ({ strategy: "preemption-bounded", maxPreemptions: 2 } as const)
  const result = exploreModel(modelNamed(name)!.under!(lifetime), search)
  if (expected === undefined) expect(result).toMatchObject({ verdict: "pass", exhaustive: true })
  else expect("message" in result ? result.message : result.verdict).toContain(expected)
}

describe.each(Object.entries(BROKEN))("%s", (name, { unlocked, locked, reworked }) => {
  test("unlocked", () => expectAs(name, "unlocked", unlocked))
  test.each(LOCKED)("%s", (lifetime) => expectAs(name, lifetime, locked))
  test("reworked", () => expectAs(name, REWORKED, reworked))
})
