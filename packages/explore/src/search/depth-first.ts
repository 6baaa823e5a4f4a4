/** Depth-first search over executions: at each depth, which threads were tried, and which are to be. */
import type { Machine, Search } from "../execution/machine.js"
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
  readonly #maxSteps: number
  readonly #fairEnd: FairEnd
  /** Fixed first steps: this search is one part of a greater one. */
  readonly #beginning: readonly number[]
  #forced = -1

  constructor(machine: Machine, maxSteps: number, beginning: readonly number[] = []) {
    this.machine = machine
    this.#maxSteps = maxSteps
    this.#beginning = beginning
    this.#fairEnd = new FairEnd(machine, maxSteps)
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
    if (this.#forced >= 0) {
      const forced = this.#forced
      this.#forced = -1
      return forced
    }
    const enabled = machine.enabled()
    this.enabled[depth] = enabled
    if (depth < this.#beginning.length) return this.#begin(depth, enabled)
    if (enabled === 0) return this.#standstill(depth)
    if (depth >= this.#maxSteps) return this.#cutOff(depth, enabled)
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
  #begin(depth: number, enabled: number): number {
    const chosen = this.#beginning[depth]!
    const candidates = enabled & ~this.sleep[depth]!
    this.toTry[depth] = -1
    if ((candidates & (1 << chosen)) !== 0) {
      this.sleep[depth]! |= candidates & ((1 << chosen) - 1)
      return chosen
    }
    // An execution that ends before its fixed steps do belongs to the first of those beginnings.
    const isFirst = this.#beginning.every((thread, at) => at < depth || thread === 0)
    if (enabled === 0 && isFirst) return this.#standstill(depth)
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
  #cutOff(depth: number, enabled: number): number {
    this.truncated = true
    const chosen = this.#fairEnd.choose(enabled)
    if (chosen >= 0) this.toTry[depth] = 1 << chosen
    return chosen
  }

  /** Nobody can step: the end, or nearly. Who waits by looking again may look once more. */
  #standstill(depth: number): number {
    const chosen = tellStandstill(this.machine, this.#maxSteps - depth)
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
    while (machine.depth > this.#beginning.length) {
      machine.undo()
      const { depth } = machine
      this.tried(depth, machine.thread[depth]!)
      const left = this.toTry[depth]! & ~this.sleep[depth]!
      if (left === 0) continue
      this.#forced = lowest(left)
      return true
    }
    return false
  }

  tried(depth: number, thread: number): void {
    this.sleep[depth]! |= 1 << thread
  }
}

/** The lowest thread of a mask. */
export function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask)
}
