/** The third state between bound and free: a fence that has let go of its ops, while the lock that it borrows goes with its module. */
import type { LifetimeSwitches } from "@outlive/core"
import type { FenceType, How } from "./fence-type.js"

/** As merged, but for the lock: the kernel does not count who borrows it. */
export const HALF_FREE: LifetimeSwitches = {
  ops: "detach",
  names: "always",
  ask: "locked",
  unload: "grace",
  pins: "keepers",
  locks: "dangle",
}

/** The lock that dangles is itself a fault; a twin with another one shows that one only. */
const FAULT = "F55"

/** Of a type that keeps its lock in something that goes, before its driver's patch. */
export const isHalfFree = ({ dangles }: FenceType, { lifetime, form, fault = FAULT }: How): boolean =>
  dangles !== undefined && lifetime === "independent" && form === "merged" && fault === FAULT
