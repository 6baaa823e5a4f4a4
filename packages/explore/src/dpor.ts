/**
 * Source-DPOR with sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Source sets", J. ACM 2017): of all executions that
 * differ only in the order of independent steps, one.
 *
 * At each step its races with earlier steps are found, by vector clocks over dependence. For each, the order of the two
 * has to be tried the other way round: at the earlier step, some thread must be tried that can begin an execution in
 * which the later step comes first. Sleep sets keep what was tried from being tried again further on.
 *
 * Threads that wait for a change make a difference to the textbook: a step that was not possible before the earlier one
 * (its guard held) cannot be brought before it, but perhaps before the step that made it impossible. So where a race
 * cannot be reversed, the search for races goes on behind it, and what it covers is not covered.
 */
import { areDependent, overlaps } from "./dependence.js"
import { DepthFirst, lowest } from "./depth-first.js"
import type { Machine } from "./machine.js"
import type { Options } from "./model.js"
import { ACCESSES, COMPARE_EXCHANGE, WAKE, WRITES } from "./operation.js"
import type { Guard } from "./point.js"

export class Dpor extends DepthFirst {
  readonly #size: number
  /** A row per depth: the last event of each thread that comes before this one, itself included. */
  #clocks: Int32Array
  /** The depth of each thread's last event; -1 before its first. Kept per depth, so that nothing has to be undone. */
  #last: Int32Array
  /** What the step at hand is known to come after, and what of that needs no reversal. */
  readonly #after: Int32Array
  readonly #covered: Int32Array
  /** Of each thread, its first event in the sequence at hand. */
  readonly #firstInSequence: Int32Array
  readonly #dropInitialsCheck: boolean

  constructor(machine: Machine, maxSteps: number, options: Options) {
    super(machine, maxSteps)
    this.#size = machine.size
    this.#clocks = new Int32Array(machine.capacity * machine.size)
    this.#last = new Int32Array((machine.capacity + 1) * machine.size).fill(-1)
    this.#after = new Int32Array(machine.size)
    this.#covered = new Int32Array(machine.size)
    this.#firstInSequence = new Int32Array(machine.size)
    this.#dropInitialsCheck = options.faults?.dropInitialsCheck === true
  }

  override grow(capacity: number): void {
    super.grow(capacity)
    const clocks = new Int32Array(capacity * this.#size)
    clocks.set(this.#clocks)
    this.#clocks = clocks
    const last = new Int32Array((capacity + 1) * this.#size).fill(-1)
    last.set(this.#last)
    this.#last = last
  }

  override toTryFirst(_depth: number, _candidates: number, chosen: number): number {
    return 1 << chosen
  }

  override before(depth: number, thread: number, effects: number): void {
    this.keepAsleep(depth, thread, effects)
    this.#findRaces(depth, thread, effects)
    const size = this.#size
    const last = this.#last
    for (let other = 0; other < size; other++) last[(depth + 1) * size + other] = last[depth * size + other]!
    last[(depth + 1) * size + thread] = depth
  }

  /** After the step, those stay asleep whose own next step does not depend on it. */
  protected keepAsleep(depth: number, thread: number, effects: number): void {
    const { machine } = this
    let asleep = this.sleep[depth]! & ~(1 << thread)
    const point = machine.points[thread]!
    for (let left = asleep; left !== 0; left &= left - 1) {
      const other = lowest(left)
      const pending = machine.points[other]!
      if (
        areDependent(
          effects,
          point.start,
          point.end,
          point.guard,
          machine.effectsOf(other),
          pending.start,
          pending.end,
          pending.guard,
        )
      )
        asleep &= ~(1 << other)
    }
    this.sleep[depth + 1] = asleep
  }

  #findRaces(depth: number, thread: number, effects: number): void {
    const { machine } = this
    const size = this.#size
    const after = this.#after
    const covered = this.#covered
    const point = machine.points[thread]!
    const { start, end, guard } = point
    const previous = this.#last[depth * size + thread]!
    for (let other = 0; other < size; other++)
      after[other] = covered[other] = previous < 0 ? 0 : this.#clocks[previous * size + other]!
    const notify = point.operation === WAKE ? machine.wakerOf(thread) : -1
    for (let earlier = depth - 1; earlier >= 0; earlier--) {
      const other = machine.thread[earlier]!
      if (machine.index[earlier]! <= covered[other]!) continue
      if (
        earlier !== notify &&
        !areDependent(
          machine.effects[earlier]!,
          machine.start[earlier]!,
          machine.end[earlier]!,
          machine.point[earlier]!.guard,
          effects,
          start,
          end,
          guard,
        )
      )
        continue
      const reversible =
        earlier === notify ? point.finite : guard === undefined || this.#couldComeBefore(earlier, depth, guard)
      if (reversible) {
        this.#reverse(earlier, depth, thread)
        this.#join(covered, earlier)
      }
      this.#join(after, earlier)
    }
    const row = depth * size
    for (let other = 0; other < size; other++) this.#clocks[row + other] = after[other]!
    this.#clocks[row + thread] = machine.count[thread]! + 1
  }

  #join(clock: Int32Array, depth: number): void {
    const row = depth * this.#size
    for (let other = 0; other < this.#size; other++) {
      const index = this.#clocks[row + other]!
      if (index > clock[other]!) clock[other] = index
    }
  }

  /** Whether a step that waits for a change could have come before an earlier one. */
  #couldComeBefore(earlier: number, depth: number, guard: Guard): boolean {
    const { machine } = this
    if (!machine.guardHeldAt(guard, earlier)) return true
    // It waited then; but something that does not need the earlier step may have ended the wait.
    for (let between = earlier + 1; between < depth; between++) {
      if (this.#isAfter(between, earlier) || (machine.effects[between]! & WRITES) === 0) continue
      if (overlaps(guard, machine.start[between]!, machine.end[between]!)) return true
    }
    return false
  }

  /** Whether the later event cannot come before the earlier one. */
  #isAfter(later: number, earlier: number): boolean {
    const { machine } = this
    return this.#clocks[later * this.#size + machine.thread[earlier]!]! >= machine.index[earlier]!
  }

  /**
   * The sequence: all since the earlier step that does not come after it, and then the step at hand. Its initials are the
   * threads whose first event in it comes after no other event of it. One of them must be tried at the earlier step.
   */
  #reverse(earlier: number, depth: number, thread: number): void {
    const { machine } = this
    const size = this.#size
    const first = this.#firstInSequence
    let seen = 0
    let initials = 0
    for (let between = earlier + 1; between < depth; between++) {
      if (this.#isAfter(between, earlier)) continue
      const other = machine.thread[between]!
      if ((seen & (1 << other)) !== 0) continue
      if (this.#dropInitialsCheck || !this.#comesAfterAny(this.#clocks, between * size, seen)) initials |= 1 << other
      seen |= 1 << other
      first[other] = machine.index[between]!
    }
    if ((seen & (1 << thread)) === 0) {
      const free = !this.#comesAfterAny(this.#after, 0, seen) && !this.#wouldDepend(earlier, depth, thread)
      if (this.#dropInitialsCheck || free) initials |= 1 << thread
    }
    this.addToTry(earlier, initials, thread)
  }

  /** One of the initials has to be tried at the earlier step, unless one is or was. */
  protected addToTry(earlier: number, initials: number, thread: number): void {
    if ((initials & (this.toTry[earlier]! | this.sleep[earlier]!)) !== 0) return
    const possible = initials & this.enabled[earlier]!
    if (possible === 0) return
    this.toTry[earlier]! |= (possible & (1 << thread)) !== 0 ? 1 << thread : possible & -possible
  }

  #comesAfterAny(clock: Int32Array, row: number, threads: number): boolean {
    for (let left = threads; left !== 0; left &= left - 1) {
      const other = lowest(left)
      if (clock[row + other]! >= this.#firstInSequence[other]!) return true
    }
    return false
  }

  /** A compareExchange that fails here may succeed there, and then depends on more: on reads of the bytes. */
  #wouldDepend(earlier: number, depth: number, thread: number): boolean {
    const { machine } = this
    const point = machine.points[thread]!
    if (point.operation !== COMPARE_EXCHANGE || machine.effectsOf(thread) === ACCESSES) return false
    for (let between = earlier + 1; between < depth; between++) {
      if (this.#isAfter(between, earlier) || (machine.effects[between]! & ACCESSES) === 0) continue
      if (machine.start[between]! < point.end && point.start < machine.end[between]!) return true
    }
    return false
  }
}
