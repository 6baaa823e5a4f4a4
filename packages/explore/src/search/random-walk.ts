/** Executions at random: `random` chooses evenly at each step, `pct` gives threads priorities and changes them at times. */
import { countOf, lowest } from "./depth-first.js"
import { LONG, type Machine, type Search } from "../execution/machine.js"
import { FairEnd } from "./fair-end.js"
import { tellStandstill, TOO_LONG } from "./standstill.js"

/** Numbers that look random and are the same for the same seed (splitmix32). */
export class RandomNumbers {
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x9e3779b9) | 0
    let x = this.state
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return ((x ^ (x >>> 15)) >>> 0) % limit
  }
}

export class RandomWalk implements Search {
  blocked = false
  truncated = false
  protected readonly machine: Machine
  protected readonly random: RandomNumbers
  private readonly maxSteps: number
  private readonly fairEnd: FairEnd

  constructor(machine: Machine, maxSteps: number, seed: number) {
    this.machine = machine
    this.maxSteps = maxSteps
    this.fairEnd = new FairEnd(machine, maxSteps)
    this.random = new RandomNumbers(seed)
  }

  choose(): number {
    const { machine } = this
    if (machine.found !== undefined) return -1
    const enabled = machine.enabled()
    if (enabled === 0) {
      const chosen = tellStandstill(machine, this.maxSteps - machine.depth)
      if (chosen === TOO_LONG) this.truncated = true
      return Math.max(chosen, -1)
    }
    if (machine.depth < this.maxSteps) return machine.depth >= LONG && machine.isOutOfTime() ? -1 : this.pick(enabled)
    this.truncated = true
    return this.fairEnd.choose(enabled)
  }

  protected pick(enabled: number): number {
    let left = enabled
    for (let skip = this.random.below(countOf(enabled)); skip > 0; skip--) left &= left - 1
    return lowest(left)
  }

  before(): void {}
  grow(): void {}

  next(): boolean {
    this.truncated = false
    while (this.machine.depth > 0) this.machine.undo()
    return true
  }
}

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): the thread of highest
 * priority steps; at `depth - 1` random steps, the priority of the one that steps falls below all others. A bug that
 * needs `depth` ordering constraints is found with probability at least 1 / (threads * steps ** (depth - 1)).
 */
export class Pct extends RandomWalk {
  private readonly priorities: number[] = []
  private changes = new Set<number>()
  private readonly depth: number
  /** The longest execution so far: where changes may fall. */
  private longest = 1

  constructor(machine: Machine, maxSteps: number, seed: number, depth: number) {
    super(machine, maxSteps, seed)
    this.depth = depth
    this.draw()
  }

  private draw(): void {
    const { size } = this.machine
    for (let thread = 0; thread < size; thread++) {
      const other = this.random.below(thread + 1)
      this.priorities[thread] = this.priorities[other] ?? thread
      this.priorities[other] = this.depth + thread
    }
    this.changes = new Set(Array.from({ length: this.depth - 1 }, () => this.random.below(this.longest)))
  }

  protected override pick(enabled: number): number {
    const chosen = this.highest(enabled)
    if (!this.changes.delete(this.machine.depth)) return chosen
    this.priorities[chosen] = this.changes.size - this.depth
    return this.highest(enabled)
  }

  private highest(enabled: number): number {
    let best = lowest(enabled)
    for (let left = enabled; left !== 0; left &= left - 1) {
      const thread = lowest(left)
      if (this.priorities[thread]! > this.priorities[best]!) best = thread
    }
    return best
  }

  override next(): boolean {
    this.longest = Math.max(this.longest, this.machine.depth)
    this.draw()
    return super.next()
  }
}
