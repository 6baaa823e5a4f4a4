/** What a job may wait for: fences, and whatever has fences. */
import { Reservation } from "../composite/reservation.js"
import { Usage } from "../composite/reservation-walk.js"
import { findFence } from "../composite/submission.js"
import { Syncobj } from "../composite/syncobj.js"
import { show, wholeNumber, wideNumber } from "../entrance/numbers.js"
import { errnoError, runAll } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"

/** What is in a syncobj, or at a point of its timeline, when the job is submitted. */
export interface SyncobjDependency {
  readonly syncobj: Syncobj
  /** Default 0: the place itself. */
  readonly point?: bigint
}

/** What is in a reservation up to a usage when the job is submitted. */
export interface ReservationDependency {
  readonly reservation: Reservation
  /** Up to which usage: `usageOf("read")` for a job that reads the buffer, `usageOf("write")` for one that writes it. Default: all. */
  readonly usage?: Usage
}

export type Dependency = Fence | Syncobj | SyncobjDependency | ReservationDependency

/**
 * Calls a function with the addresses of all fences that these come to; they stay until it returns.
 * @throws TypeError, RangeError; FenceError FOREIGN, STALE, EINVAL for a syncobj in which nothing was submitted
 */
export function withFencesOf<T>(seat: Seat, dependencies: readonly Dependency[], body: (fences: number[]) => T): T {
  const fences: number[] = []
  const held: (() => void)[] = []
  try {
    for (const dependency of dependencies) collect(seat, dependency, fences, held)
    return body(fences)
  } finally {
    runAll(held)
  }
}

function collect(seat: Seat, dependency: Dependency, fences: number[], held: (() => void)[]): void {
  if (dependency instanceof Fence) fences.push(fenceIn(seat, dependency))
  else if (dependency instanceof Syncobj) collect(seat, { syncobj: dependency }, fences, held)
  else if (isPart(dependency, "syncobj")) {
    const fence = submittedIn(seat, dependency)
    held.push(() => seat.dropFence(fence))
    fences.push(fence)
  } else if (isPart(dependency, "reservation")) {
    const { reservation, usage = Usage.Bookkeep } = dependency
    addressIn(seat, reservation, "reservation", Reservation)
    for (const fence of reservation.getFences(wholeNumber("a usage", usage, Usage.Kernel, Usage.Bookkeep) as Usage)) {
      held.push(() => fence.drop())
      fences.push(fence.address)
    }
  } else
    throw new TypeError(`Cannot use ${show(dependency)} as a dependency: a fence, a syncobj or a reservation is needed`)
}

function submittedIn(seat: Seat, { syncobj, point = 0n }: SyncobjDependency): number {
  const address = addressIn(seat, syncobj, "syncobj", Syncobj)
  const fence = findFence(seat, { syncobj: address, point: wideNumber("a point", point) })
  if (fence !== 0) return fence
  throw errnoError("EINVAL", `Cannot depend on point ${point} of a syncobj: nothing was submitted for it`)
}

function isPart<K extends "syncobj" | "reservation">(
  value: Dependency,
  key: K,
): value is Extract<Dependency, Record<K, unknown>> {
  return typeof value === "object" && value !== null && key in value
}
