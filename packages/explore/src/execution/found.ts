/** What a step found wrong. */
import type { FailureVerdict } from "../model.js"

export interface Found {
  readonly verdict: FailureVerdict
  readonly message: string
  readonly error?: unknown
  readonly racing?: readonly [RacingPlace, RacingPlace]
}

/** The depth of a step, and which of its plain accesses (-1: its operation itself). */
export interface RacingPlace {
  readonly depth: number
  readonly access: number
  readonly thread: number
}
