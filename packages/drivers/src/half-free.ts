/**
 * Half free: a fence that is detached, so that it can be named and given back by anybody, while its lock is one that it
 * borrowed, and that goes with its owner. The kernel after the merge; here a borrowed lock stays for its last borrower.
 */
import type { LifetimeSwitches } from "@outlive/core"
import type { Settings } from "@outlive/workers"
import { howOf } from "./variation.js"

/** As *independent*, but for the locks. */
const SWITCHES: LifetimeSwitches = {
  ops: "detach",
  names: "always",
  ask: "locked",
  unload: "grace",
  pins: "keepers",
  locks: "dangle",
}

/** Whether borrowed locks dangle although fences detach: asked for as a form, or as the fault that it is. */
export function isHalfFree(settings: Settings): boolean {
  const { form, fault } = howOf(settings)
  return settings.lifetime === "independent" && (form === "dangling" || fault === "F55")
}

/** What fences depend on there; undefined elsewhere. */
export const switchesOf = (settings: Settings): LifetimeSwitches | undefined =>
  isHalfFree(settings) ? SWITCHES : undefined
