/** Follows a schedule; behind its end, goes on with as few switches as can be. */
import { lowest } from "./depth-first.js"
import type { Machine, Search } from "../execution/machine.js"
import { FairEnd } from "./fair-end.js"
import { tellStandstill, TOO_LONG } from "./standstill.js"

export class FixedSchedule implements Search {
  /** Steps that were not possible where the schedule wanted them. */
  missing = 0
  /** Who could step, at each depth. */
  readonly enabledAt: number[] = []
  truncated = false
  private readonly machine: Machine
  private readonly schedule: readonly number[]
  private readonly maxSteps: number
  private readonly fairEnd: FairEnd
  private position = 0

  constructor(machine: Machine, schedule: readonly number[], maxSteps: number) {
    this.machine = machine
    this.schedule = schedule
    this.maxSteps = maxSteps
    this.fairEnd = new FairEnd(machine, maxSteps)
  }

  choose(): number {
    const machine = this.machine
    if (machine.found !== undefined) return -1
    const enabled = machine.enabled()
    this.enabledAt[machine.depth] = enabled
    const standing =
      enabled === 0 ? tellStandstill(machine, Math.max(this.maxSteps, this.schedule.length) - machine.depth) : 0
    if (standing === TOO_LONG) this.truncated = true
    if (standing < 0) return -1
    while (this.position < this.schedule.length) {
      const thread = this.schedule[this.position++]!
      if (machine.canBeAsked(thread)) return thread
      this.missing++
    }
    if (enabled === 0) return standing
    if (machine.depth >= this.maxSteps) {
      this.truncated = true
      return this.fairEnd.choose(enabled)
    }
    const last = machine.depth === 0 ? 0 : machine.thread[machine.depth - 1]!
    return (enabled & (1 << last)) === 0 ? lowest(enabled) : last
  }

  before(): void {}
  grow(): void {}
}
