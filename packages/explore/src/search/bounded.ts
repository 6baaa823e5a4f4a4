/**
 * All orders with at most so many preemptions (switches away from a thread that could go on), the bound rising from 0:
 * the first failure found has the fewest. Most bugs need one or two.
 *
 * Dynamic partial-order reduction under a bound (Coons, Musuvathi, McKinley, OOPSLA 2013): a race is reversed where it
 * is, and also where its thread was switched to, because there a switch costs nothing. Sleep sets are not sound here.
 */
import { DepthFirst, lowest } from "./depth-first.js"
import { PlainOrders } from "./plain-orders.js"
import type { Machine } from "../execution/machine.js"
import type { Options } from "../model.js"

/** Counts preemptions along an execution. */
class Preemptions {
  private readonly search: DepthFirst
  /** Before a depth. */
  private readonly before: number[] = [0]

  constructor(search: DepthFirst) {
    this.search = search
  }

  /** Preemptions up to this depth, if this thread steps there. */
  with(depth: number, thread: number): number {
    if (depth === 0) return 0
    const last = this.search.machine.thread[depth - 1]!
    const preempts = thread !== last && (this.search.enabled[depth]! & (1 << last)) !== 0
    return this.before[depth]! + (preempts ? 1 : 0)
  }

  step(depth: number, thread: number): void {
    this.before[depth + 1] = this.with(depth, thread)
  }
}

/** Every order with at most so many preemptions, without any reduction: what `PreemptionBounded` is compared with. */
export class NaiveBounded extends DepthFirst {
  private readonly preemptions = new Preemptions(this)
  private readonly bound: number

  constructor(machine: Machine, maxSteps: number, bound: number) {
    super(machine, maxSteps)
    this.bound = bound
  }

  override before(depth: number, thread: number, effects: number): void {
    super.before(depth, thread, effects)
    if (!this.isCut(depth)) this.preemptions.step(depth, thread)
  }

  override toTryFirst(depth: number, candidates: number): number {
    let mask = 0
    for (let left = candidates; left !== 0; left &= left - 1) {
      const thread = lowest(left)
      if (this.preemptions.with(depth, thread) <= this.bound) mask |= 1 << thread
    }
    return mask
  }
}

export class PreemptionBounded extends PlainOrders {
  private readonly preemptions: Preemptions
  private bound = 0
  private readonly highest: number
  /** Whether the bound kept anything from being tried. */
  private kept = false

  constructor(machine: Machine, maxSteps: number, options: Options) {
    super(machine, maxSteps, options)
    this.highest = options.maxPreemptions ?? 2
    this.preemptions = new Preemptions(this)
  }

  override before(depth: number, thread: number, effects: number): void {
    super.before(depth, thread, effects)
    if (!this.isCut(depth)) this.preemptions.step(depth, thread)
  }

  /** A bound may keep from one of them what it lets pass of another: where the thread was switched to, a switch costs nothing. */
  protected override reverse(earlier: number, depth: number, thread: number): void {
    super.reverse(earlier, depth, thread)
    let block = earlier
    while (block > 0 && this.machine.thread[block - 1] === this.machine.thread[earlier]) block--
    if (block !== earlier) super.reverse(block, depth, thread)
  }

  protected override tryAt(depth: number, thread: number): void {
    if (this.preemptions.with(depth, thread) <= this.bound) super.tryAt(depth, thread)
    else this.kept = true
  }

  override next(): boolean {
    if (super.next()) return true
    if (!this.kept || this.bound >= this.highest) return false
    this.bound++
    this.kept = false
    this.restart()
    return true
  }
}
