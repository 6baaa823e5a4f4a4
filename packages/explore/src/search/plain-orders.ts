/**
 * All orders of operations and of plain accesses, for models whose plain races are no failures.
 *
 * What a step accesses plainly follows from what it has read: in another order it may depend on more, and nobody knows on what before it
 * is there. Source sets and sleep sets go by what steps do here, so they are not sound (a fuzz test finds it: 4 of 60,000 programs miss
 * an outcome). The older dynamic partial-order reduction (Flanagan, Godefroid, POPL 2005) is: whose step is to come earlier is itself
 * tried there, or everybody is where it cannot step, and nobody sleeps.
 */
import { lowest, type Place } from "./depth-first.js"
import { Dpor } from "./dpor.js"
import { meetPlainly } from "./plain.js"
import { WAKE } from "../platform/operation.js"

export class PlainOrders extends Dpor {
  override get place(): Place {
    return { ...super.place, plain: true }
  }

  protected override keepAsleep(depth: number): void {
    this.sleep[depth + 1] = 0
  }

  /** The plain accesses of a step are known after it: then its races with earlier steps are found that they make. */
  override after(depth: number, thread: number): void {
    if (this.isCut(depth)) return
    const { machine, known, knownAt, clocks } = this
    const { operation, finite, guard } = machine.point[depth]!
    const notify = operation === WAKE ? machine.woken[depth]! : -1
    for (let earlier = depth - 1; earlier >= 0; earlier--) {
      if (this.isKnown(earlier, thread) || !meetPlainly(machine, earlier, depth)) continue
      const reversible =
        earlier === notify ? finite : guard === undefined || this.couldComeBefore(earlier, depth, guard)
      if (reversible) {
        this.reverse(earlier, depth, thread)
        this.join(known, knownAt, earlier)
      }
      if (known !== clocks) this.join(clocks, depth * this.size, earlier)
    }
  }

  protected override reverse(earlier: number, _depth: number, thread: number): void {
    for (let left = this.wanted(earlier, thread); left !== 0; left &= left - 1) this.tryAt(earlier, lowest(left))
  }

  /** Who is not tried at a depth yet, and may begin what a step of this thread comes first in. */
  protected wanted(depth: number, thread: number): number {
    const enabled = this.enabled[depth]!
    const may = (enabled & (1 << thread)) !== 0 ? 1 << thread : enabled
    return may & ~this.toTry[depth]!
  }

  protected tryAt(depth: number, thread: number): void {
    this.toTry[depth]! |= 1 << thread
  }
}
