/** The third state between bound and free: a fence that has let go of its ops, while the lock that it borrows goes with its module. */
import type { LifetimeSwitches } from "@outlive/core"
import type { FenceType, Form } from "./fence-type.js"

/** As merged, but for the lock: the kernel does not count who borrows it. */
export const HALF_FREE: LifetimeSwitches = {
  ops: "detach",
  names: "always",
  ask: "locked",
  unload: "grace",
  pins: "keepers",
  locks: "dangle",
}

/** Of a type that keeps its lock in something that goes, before its driver's patch. */
export const isHalfFree = ({ dangles }: FenceType, lifetime: string, form: Form): boolean =>
  dangles !== undefined && lifetime === "independent" && form === "merged"
