/**
 * All orders with at most so many preemptions (switches away from a thread that could go on), the bound rising from 0:
 * the first failure found has the fewest. Most bugs need one or two.
 *
 * Dynamic partial-order reduction under a bound (Coons, Musuvathi, McKinley, OOPSLA 2013): a race is reversed where it
 * is, and also where its thread was switched to, because there a switch costs nothing. Sleep sets are not sound here.
 */
import { lowest } from "./depth-first.js"
import { Dpor } from "./dpor.js"
import type { Machine } from "./machine.js"
import type { Options } from "./model.js"

export class PreemptionBounded extends Dpor {
  /** Preemptions before a depth. */
  #preemptions: Int32Array
  #bound = 0
  readonly #highest: number
  /** Whether the bound kept anything from being tried. */
  #kept = false

  constructor(machine: Machine, maxSteps: number, options: Options) {
    super(machine, maxSteps, options)
    this.#highest = options.maxPreemptions ?? 2
    this.#preemptions = new Int32Array(machine.capacity + 1)
  }

  override grow(capacity: number): void {
    super.grow(capacity)
    const preemptions = new Int32Array(capacity + 1)
    preemptions.set(this.#preemptions)
    this.#preemptions = preemptions
  }

  override before(depth: number, thread: number, effects: number): void {
    super.before(depth, thread, effects)
    this.#preemptions[depth + 1] = this.#preemptions[depth]! + this.#cost(depth, thread)
  }

  /** 1 if stepping this thread takes the processor from one that could go on. */
  #cost(depth: number, thread: number): number {
    if (depth === 0) return 0
    const last = this.machine.thread[depth - 1]!
    return thread !== last && (this.enabled[depth]! & (1 << last)) !== 0 ? 1 : 0
  }

  protected override keepAsleep(depth: number): void {
    this.sleep[depth + 1] = 0
  }

  protected override addToTry(earlier: number, _initials: number, thread: number): void {
    this.#tryAt(earlier, thread)
    let block = earlier
    while (block > 0 && this.machine.thread[block - 1] === this.machine.thread[earlier]) block--
    if (block !== earlier) this.#tryAt(block, thread)
  }

  #tryAt(depth: number, thread: number): void {
    const enabled = this.enabled[depth]!
    const wanted = (enabled & (1 << thread)) !== 0 ? 1 << thread : enabled
    for (let left = wanted & ~this.toTry[depth]!; left !== 0; left &= left - 1) {
      const other = lowest(left)
      if (this.#preemptions[depth]! + this.#cost(depth, other) <= this.#bound) this.toTry[depth]! |= 1 << other
      else this.#kept = true
    }
  }

  override next(): boolean {
    if (super.next()) return true
    if (!this.#kept || this.#bound >= this.#highest) return false
    this.#bound++
    this.#kept = false
    this.restart()
    return true
  }
}
