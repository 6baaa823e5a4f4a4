/** Depth-first search over executions: at each depth, which threads were tried, and which are to be. */
import { LONG, type Machine, type Search } from "../execution/machine.js"
import { ExploreError } from "../refusal.js"
import { FairEnd } from "./fair-end.js"
import { tellStandstill, TOO_LONG } from "./standstill.js"

export class DepthFirst implements Search {
  readonly machine: Machine
  /** Who can step at a depth. */
  enabled: Int32Array
  /** Who has been or will be tried there. */
  toTry: Int32Array
  /** Who need not be: what begins with their step is covered elsewhere. */
  sleep: Int32Array
  /** The last execution was given up: all that could step was asleep. */
  blocked = false
  /** The last execution was cut off. */
  truncated = false
  private readonly maxSteps: number
  /** Made for the first execution that is too long. */
  private fairEnd: FairEnd | undefined = undefined
  /** Fixed first steps: this search is one part of a greater one. */
  private readonly beginning: readonly number[]
  private forced = -1
  /** Where the execution at hand left the one before it. */
  private leftAt = 0
  /** Whether anybody may ask how much is left. */
  estimates = true
  /** Over all depths that are done: threads that could have been tried beside the first, and those that were. */
  private others = 0
  private added = 0
  /** Where an earlier search stopped, and this one goes on: until it is there again. */
  private goingTo: Place | undefined = undefined

  constructor(machine: Machine, maxSteps: number, beginning: readonly number[] = []) {
    // No execution would begin so: nothing would be searched, and all of it would hold.
    const nobody = beginning.find((thread) => thread >= machine.size)
    if (nobody !== undefined)
      throw new RangeError(`Option beginning names thread ${nobody}: there are 0 to ${machine.size - 1}`)
    this.machine = machine
    this.maxSteps = maxSteps
    this.beginning = beginning
    this.enabled = new Int32Array(machine.capacity)
    this.toTry = new Int32Array(machine.capacity)
    this.sleep = new Int32Array(machine.capacity)
  }

  grow(capacity: number): void {
    const grow = (from: Int32Array) => {
      const to = new Int32Array(capacity)
      to.set(from)
      return to
    }
    this.enabled = grow(this.enabled)
    this.toTry = grow(this.toTry)
    this.sleep = grow(this.sleep)
  }

  choose(): number {
    const { machine } = this
    if (machine.found !== undefined) return -1
    const { depth } = machine
    if (this.forced >= 0) {
      const forced = this.forced
      this.forced = -1
      return forced
    }
    const enabled = machine.enabled()
    this.enabled[depth] = enabled
    if (this.goingTo !== undefined) return this.return(this.goingTo, depth, enabled)
    if (depth < this.beginning.length) return this.begin(depth, enabled)
    if (enabled === 0) return this.standstill(depth)
    if (depth >= this.maxSteps) return this.cutOff(depth, enabled)
    if (depth >= LONG && machine.isOutOfTime()) return -1
    const candidates = enabled & ~this.sleep[depth]!
    if (candidates === 0) {
      this.blocked = true
      return -1
    }
    const chosen = this.first(depth, candidates)
    this.toTry[depth] = this.toTryFirst(depth, candidates, chosen)
    return chosen
  }

  /** The fixed step; before it, the search of which this is a part has tried all lower threads. */
  private begin(depth: number, enabled: number): number {
    const chosen = this.beginning[depth]!
    const candidates = enabled & ~this.sleep[depth]!
    this.toTry[depth] = -1
    if ((candidates & (1 << chosen)) !== 0) {
      this.sleep[depth]! |= candidates & ((1 << chosen) - 1)
      return chosen
    }
    // An execution that ends before its fixed steps do belongs to the first of those beginnings.
    const isFirst = this.beginning.every((thread, at) => at < depth || thread === 0)
    if (enabled === 0 && isFirst) return this.standstill(depth)
    this.blocked = true
    return -1
  }

  /** Goes on with the thread that ran last, so that the first executions have few switches. */
  first(depth: number, candidates: number): number {
    const last = depth === 0 ? 0 : this.machine.thread[depth - 1]!
    return (candidates & (1 << last)) !== 0 ? last : lowest(candidates)
  }

  /** Every thread that can step. */
  toTryFirst(_depth: number, candidates: number, _chosen: number): number {
    return candidates
  }

  before(depth: number, _thread: number, _effects: number): void {
    this.sleep[depth + 1] = 0
  }

  /** Whether nothing branches here any more. */
  protected isCut(depth: number): boolean {
    return depth >= this.machine.cutAt
  }

  /** Too long: goes on without branches, to see whether it ends. */
  private cutOff(depth: number, enabled: number): number {
    this.truncated = true
    this.fairEnd ??= new FairEnd(this.machine, this.maxSteps)
    const chosen = this.fairEnd.choose(enabled)
    if (chosen >= 0) this.toTry[depth] = 1 << chosen
    return chosen
  }

  /** Nobody can step: the end, or nearly. Who waits by looking again may look once more. */
  private standstill(depth: number): number {
    const chosen = tellStandstill(this.machine, this.maxSteps - depth)
    if (chosen === TOO_LONG) {
      this.truncated = true
      return -1
    }
    if (chosen >= 0) {
      this.enabled[depth] = 1 << chosen
      this.toTry[depth] = 1 << chosen
    }
    return chosen
  }

  /** Where the search is, between two executions: nothing else of it is needed to go on. */
  get place(): Place {
    const { depth } = this.machine
    return {
      schedule: [...this.machine.thread.subarray(0, depth), this.forced],
      toTry: [...this.toTry.subarray(0, depth + 1)],
      sleep: [...this.sleep.subarray(0, depth + 1)],
    }
  }

  /** Before the first execution: the search begins where another one stopped. */
  goOnAt(place: Place): void {
    this.goingTo = place
  }

  /** What was left to try stays so: the races that were found in the executions before are not found again. */
  private return({ schedule, toTry, sleep }: Place, depth: number, enabled: number): number {
    const chosen = schedule[depth]!
    const step = `step ${depth} of ${schedule.length}, thread ${chosen}`
    // Who waits by looking again steps in a standstill, too.
    const thread = enabled === 0 ? this.standstill(depth) : chosen
    if (thread !== chosen || (enabled !== 0 && (enabled & (1 << chosen)) === 0))
      throw new ExploreError("checkpoint", `Cannot go on: ${step}, is not possible any more; the model is another`)
    this.toTry[depth] = toTry[depth]!
    this.sleep[depth] = sleep[depth]!
    if (depth === schedule.length - 1) {
      this.goingTo = undefined
      this.leftAt = depth
    }
    return chosen
  }

  /**
   * How much of the search lies behind, from 0 to 1, if every branch were as large as its neighbors (Knuth 1975; Kilby, Slaney,
   * Thiébaux, Walsh 2006). Which branches races will add is not known yet: as many as on average where all is done.
   */
  get share(): number {
    let behind = 0
    let weight = 1
    for (let at = this.beginning.length; at <= this.machine.depth; at++) {
      const all = this.toTry[at]!
      const others = this.othersAt(at)
      const count = Math.max(countOf(all), 1 + (this.others > 0 ? others * (this.added / this.others) : 0))
      behind += (weight * countOf(all & this.sleep[at]!)) / count
      weight /= count
    }
    return behind
  }

  /** Threads that could be tried at a depth beside the first: those that can step, and were not asleep from the start. */
  private othersAt(depth: number): number {
    return Math.max(0, countOf(this.enabled[depth]! & ~(this.sleep[depth]! & ~this.toTry[depth]!)) - 1)
  }

  /** Undoes everything, for a search from the start. */
  restart(): void {
    while (this.machine.depth > 0) this.machine.undo()
    this.sleep[0] = 0
  }

  /** Undoes down to the last depth where somebody is left to try. False: the search is complete. */
  next(): boolean {
    const { machine } = this
    this.blocked = false
    this.truncated = false
    while (machine.depth > this.beginning.length) {
      machine.undo()
      const { depth } = machine
      this.tried(depth, machine.thread[depth]!)
      const left = this.toTry[depth]! & ~this.sleep[depth]!
      if (left === 0) {
        if (this.estimates) this.countBranches(depth)
        continue
      }
      this.forced = lowest(left)
      this.leftAt = depth
      return true
    }
    return false
  }

  /**
   * Undoes the execution at hand, so that the search is where this one began: it was given up, and nothing of it counts. The races that
   * it came to are found again, and ask for the same.
   */
  giveUp(): void {
    const { machine } = this
    this.blocked = false
    this.truncated = false
    this.forced = machine.thread[this.leftAt]!
    while (machine.depth > this.leftAt) machine.undo()
  }

  private countBranches(depth: number): void {
    this.others += this.othersAt(depth)
    this.added += countOf(this.toTry[depth]! & this.enabled[depth]!) - 1
  }

  tried(depth: number, thread: number): void {
    this.sleep[depth]! |= 1 << thread
  }
}

/** Where a search is: the steps to its next execution, and of each who is left to be tried, and who need not be. */
export interface Place {
  readonly schedule: readonly number[]
  readonly toTry: readonly number[]
  readonly sleep: readonly number[]
  /** Of a search by `plain-orders.ts`. */
  readonly plain?: true
}

export function countOf(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}

/** The lowest thread of a mask. */
export function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask)
}
