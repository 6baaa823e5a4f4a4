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
import { meetPlainly, mightMeetPlainly, writesPlainly } from "./plain.js"
import type { Machine } from "../execution/machine.js"
import type { Options } from "../model.js"
import {
  ACCESSES,
  CLEAR_TIMER,
  COMPARE_EXCHANGE,
  ENQUEUES,
  EXPIRE,
  NOTIFIES,
  NOTIFY,
  READS,
  SET_TIMER,
  WAIT,
  WAIT_ASYNC,
  WAKE,
  WRITES,
} from "../platform/operation.js"
import type { Guard, Point } from "../execution/point.js"

export class Dpor extends DepthFirst {
  protected readonly size: number
  /** A row per depth: the last event of each thread that comes before this one, itself included. */
  protected clocks: Int32Array
  /**
   * The depths of each thread's events: a row for the first of each, and so on. What is beyond a thread's count is of other
   * executions, so nothing has to be undone.
   */
  private depths: Int32Array
  /** What of all that the step at hand comes after needs no reversal, where that is not all. */
  private readonly covered: Int32Array
  /** Whether any compareExchange has failed yet: only then it is looked for what made it. */
  private failedToExchange = false
  /** Of each thread, its first event in the sequence at hand. */
  private readonly firstInSequence: Int32Array
  private readonly dropInitialsCheck: boolean
  /** Whether two steps were met that only plain accesses make dependent. */
  racesPlainly = false
  /** What of all the step at hand comes after, or need not be reversed with: a row of `clocks` from here on, or `covered`. */
  protected known: Int32Array
  protected knownAt = 0

  constructor(machine: Machine, maxSteps: number, options: Options) {
    super(machine, maxSteps, options.beginning)
    this.size = machine.size
    this.clocks = new Int32Array(machine.capacity * machine.size)
    this.depths = new Int32Array((machine.capacity + 1) * machine.size)
    this.covered = new Int32Array(machine.size)
    this.known = this.clocks
    this.firstInSequence = new Int32Array(machine.size)
    this.dropInitialsCheck = options.faults?.dropInitialsCheck === true
  }

  override grow(capacity: number): void {
    super.grow(capacity)
    const clocks = new Int32Array(capacity * this.size)
    clocks.set(this.clocks)
    this.clocks = clocks
    const depths = new Int32Array((capacity + 1) * this.size)
    depths.set(this.depths)
    this.depths = depths
  }

  override toTryFirst(_depth: number, _candidates: number, chosen: number): number {
    return 1 << chosen
  }

  override before(depth: number, thread: number, effects: number): void {
    if (this.isCut(depth)) return
    this.keepAsleep(depth, thread, effects)
    this.findRaces(depth, thread, effects)
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

  private findRaces(depth: number, thread: number, effects: number): void {
    const point = this.machine.points[thread]!
    const count = this.machine.count[thread]!
    const left = this.beginClock(depth, thread, count)
    this.known = this.clocks
    this.knownAt = depth * this.size
    if (point.operation < WAIT && point.guard === undefined) this.findRacesOfAccess(depth, thread, effects, point, left)
    else this.findRacesOfAny(depth, thread, effects, point)
    this.clocks[depth * this.size + thread] = count + 1
    if (effects === READS && point.operation === COMPARE_EXCHANGE) this.failedToExchange = true
  }

  /** What a step comes after to begin with: the one before it of its own thread. Gives back how many earlier ones that leaves. */
  private beginClock(depth: number, thread: number, count: number): number {
    const size = this.size
    const clocks = this.clocks
    const row = depth * size
    const previous = count === 0 ? -1 : this.depths[count * size + thread]! * size
    let left = depth
    for (let other = 0; other < size; other++) {
      const told = previous < 0 ? 0 : clocks[previous + other]!
      clocks[row + other] = told
      left -= told
    }
    this.depths[(count + 1) * size + thread] = depth
    return left
  }

  /** The same as of any step, for most: what only accesses memory is compiled sooner by itself, and all races are reversed. */
  private findRacesOfAccess(depth: number, thread: number, effects: number, { start, end }: Point, all: number): void {
    const {
      guarded,
      thread: threads,
      index,
      effects: effectsAt,
      start: starts,
      end: ends,
      point: points,
    } = this.machine
    const clocks = this.clocks
    const row = depth * this.size
    const looksBehind = this.failedToExchange
    let left = all
    for (let earlier = depth - 1; left > 0; earlier--) {
      if (index[earlier]! <= clocks[row + threads[earlier]!]!) continue
      const theirs = effectsAt[earlier]!
      if (looksBehind && theirs !== ACCESSES && points[earlier]!.operation === COMPARE_EXCHANGE)
        this.reverseWritesBehind(earlier, depth, thread)
      const meets =
        (theirs & ACCESSES) !== 0 &&
        ((effects | theirs) & WRITES) !== 0 &&
        starts[earlier]! < end &&
        start < ends[earlier]!
      // One subtraction for both: another one, of which nothing is known yet, would have all of this compiled twice.
      let told = 1
      if (meets || (guarded && (effects & WRITES) !== 0 && isWatched(points[earlier]!, start, end))) {
        this.reverse(earlier, depth, thread)
        told = this.join(clocks, row, earlier)
      }
      left -= told
    }
  }

  private findRacesOfAny(depth: number, thread: number, effects: number, point: Point): void {
    const { machine } = this
    const size = this.size
    const clocks = this.clocks
    const row = depth * size
    const { start, end, guard, operation } = point
    const cause = machine.loops.turn ? machine.causeOf(thread) : -1
    if (cause >= 0) this.join(clocks, row, cause)
    if (operation === SET_TIMER || operation === CLEAR_TIMER) this.tryClock(depth, thread)
    const notify = operation === WAKE ? machine.wakerOf(thread) : -1
    // What the step comes after is covered, but where a race may be that cannot be reversed.
    const isCovered = notify < 0 && guard === undefined
    const covered = isCovered ? clocks : this.covered
    const at = isCovered ? row : 0
    this.known = covered
    this.knownAt = at
    let left = depth
    for (let other = 0; other < size; other++) {
      covered[at + other] = clocks[row + other]!
      left -= covered[at + other]!
    }
    const notifies = operation === NOTIFY
    const accesses = (effects & ACCESSES) !== 0
    const looksBehind = accesses && this.failedToExchange
    const { guarded } = machine
    const { thread: threads, index, effects: effectsAt, start: starts, end: ends, point: points } = machine
    for (let earlier = depth - 1; left > 0; earlier--) {
      const other = threads[earlier]!
      if (index[earlier]! <= covered[at + other]!) continue
      const theirs = effectsAt[earlier]!
      // A notify commutes with a wait that finds its value changed, but not with the same wait falling asleep before the
      // write that changed it; so that write, on which the notify does not depend, has to come later once.
      if (notifies && index[earlier]! > clocks[row + other]! && this.writesTo(earlier, start, end))
        this.reverse(earlier, depth, thread)
      if (looksBehind && theirs !== ACCESSES && points[earlier]!.operation === COMPARE_EXCHANGE)
        this.reverseWritesBehind(earlier, depth, thread)
      if (
        earlier !== notify &&
        !areDependent(
          theirs,
          starts[earlier]!,
          ends[earlier]!,
          guarded ? points[earlier]!.guard : undefined,
          effects,
          start,
          end,
          guard,
        )
      ) {
        left--
        continue
      }
      const reversible =
        earlier === notify ? point.finite : guard === undefined || this.couldComeBefore(earlier, depth, guard)
      if (reversible) {
        this.reverse(earlier, depth, thread)
        left -= this.join(covered, at, earlier)
      } else left--
      if (!isCovered) this.join(clocks, row, earlier)
    }
  }

  /**
   * Where a plain race is no failure: whether the step has one, with which another search has to begin anew (`plain-orders.ts`). With an earlier
   * step, or with one that is asleep, and need not come after it as far as operations say.
   */
  after(depth: number, thread: number): void {
    if (this.racesPlainly || this.isCut(depth)) return
    const { machine } = this
    for (let left = this.sleep[depth + 1]!; left !== 0 && !this.racesPlainly; left &= left - 1) {
      const other = lowest(left)
      this.racesPlainly = mightMeetPlainly(machine, depth, machine.points[other]!, machine.effectsOf(other))
    }
    for (let earlier = depth - 1; earlier >= 0 && !this.racesPlainly; earlier--)
      this.racesPlainly = !this.isKnown(earlier, thread) && meetPlainly(machine, earlier, depth)
  }

  /** Whether the step at hand, of this thread, comes after an earlier one, as far as operations say. */
  protected isKnown(earlier: number, thread: number): boolean {
    const { machine } = this
    const other = machine.thread[earlier]!
    return other === thread || machine.index[earlier]! <= this.known[this.knownAt + other]!
  }

  /** A timer that is cleared, or no longer the first, goes off in no step that a race could be found with. */
  private tryClock(depth: number, thread: number): void {
    const { machine } = this
    const clock = machine.loops.clockOf(thread)
    if (machine.points[clock]!.operation === EXPIRE) this.toTry[depth]! |= 1 << clock
  }

  /**
   * The same for a compareExchange that fails: an access to bytes of its own commutes with it, but not with its success,
   * before the write of *other* bytes that makes it fail. (Only accesses of unequal ranges come to this.)
   */
  private reverseWritesBehind(earlier: number, depth: number, thread: number): void {
    const { machine } = this
    const start = machine.start[earlier]!
    const end = machine.end[earlier]!
    const point = machine.points[thread]!
    if (start >= point.end || point.start >= end) return
    for (let write = earlier - 1; write >= 0; write--) {
      const isKnown = machine.index[write]! <= this.clocks[depth * this.size + machine.thread[write]!]!
      if (!isKnown && this.writesTo(write, start, end)) this.reverse(write, depth, thread)
    }
  }

  private writesTo(depth: number, start: number, end: number): boolean {
    const { machine } = this
    return (machine.effects[depth]! & WRITES) !== 0 && machine.start[depth]! < end && start < machine.end[depth]!
  }

  /** What comes before an event, and the event, become part of a clock: gives back of how many events it did not tell. */
  protected join(clock: Int32Array, at: number, depth: number): number {
    const clocks = this.clocks
    const size = this.size
    const row = depth * size
    let told = 0
    for (let other = 0; other < size; other++) {
      const more = clocks[row + other]! - clock[at + other]!
      if (more <= 0) continue
      clock[at + other]! += more
      told += more
    }
    return told
  }

  /** Whether a step that waits for a change could have come before an earlier one. */
  protected couldComeBefore(earlier: number, depth: number, guard: Guard): boolean {
    const { machine } = this
    if (!machine.guardHeldAt(guard, earlier)) return true
    // It waited then; but something that does not need the earlier step may have ended the wait.
    for (let between = earlier + 1; between < depth; between++) {
      if (this.isAfter(between, earlier)) continue
      if (writesPlainly(machine, between, guard)) return true
      if ((machine.effects[between]! & WRITES) === 0) continue
      if (overlaps(guard, machine.start[between]!, machine.end[between]!)) return true
    }
    return false
  }

  /** Whether the later event cannot come before the earlier one. */
  private isAfter(later: number, earlier: number): boolean {
    const { machine } = this
    return this.clocks[later * this.size + machine.thread[earlier]!]! >= machine.index[earlier]!
  }

  /**
   * The sequence: all since the earlier step that does not come after it, and then the step at hand. Its initials are the
   * threads whose first event in it comes after no other event of it. One of them must be tried at the earlier step.
   */
  protected reverse(earlier: number, depth: number, thread: number): void {
    const { machine } = this
    const size = this.size
    const first = this.firstInSequence
    // Of whom one is enough: they are tried there already, and can be.
    const tried = this.enabled[earlier]! & (this.toTry[earlier]! | this.sleep[earlier]!)
    let seen = 0
    let initials = 0
    for (let between = earlier + 1; between < depth; between++) {
      if (this.isAfter(between, earlier)) continue
      const other = machine.thread[between]!
      if ((seen & (1 << other)) !== 0) continue
      if (this.dropInitialsCheck || !this.comesAfterAny(between * size, seen)) {
        if ((tried & (1 << other)) !== 0) return
        initials |= 1 << other
      }
      seen |= 1 << other
      first[other] = machine.index[between]!
    }
    if ((seen & (1 << thread)) === 0) {
      const free = !this.comesAfterAny(depth * size, seen) && !this.wouldDepend(earlier, depth)
      if (this.dropInitialsCheck || free) initials |= 1 << thread
    }
    this.addToTry(earlier, initials, thread)
  }

  /** One of the initials has to be tried at the earlier step, unless one is or was. */
  private addToTry(earlier: number, initials: number, thread: number): void {
    const enabled = this.enabled[earlier]!
    let possible = initials & enabled
    for (let left = initials & ~enabled; left !== 0; left &= left - 1)
      possible |= enabled & (1 << this.firstToStart(earlier, lowest(left)))
    if ((possible & (this.toTry[earlier]! | this.sleep[earlier]!)) !== 0) return
    if (possible === 0) return
    this.toTry[earlier]! |= (possible & (1 << thread)) !== 0 ? 1 << thread : possible & -possible
  }

  /** Of threads identical to this one, none of which has started at that depth, the one that may. */
  private firstToStart(depth: number, thread: number): number {
    const { startsAfter } = this.machine
    let first = thread
    while (startsAfter[first]! >= 0 && !this.hasStarted(startsAfter[first]!, depth)) first = startsAfter[first]!
    return first
  }

  /** Whether a thread has taken a step before a depth. */
  private hasStarted(thread: number, depth: number): boolean {
    return this.machine.count[thread]! > 0 && this.depths[this.size + thread]! < depth
  }

  private comesAfterAny(row: number, threads: number): boolean {
    for (let left = threads; left !== 0; left &= left - 1) {
      const other = lowest(left)
      if (this.clocks[row + other]! >= this.firstInSequence[other]!) return true
    }
    return false
  }

  /**
   * What a step does not do here it may do there, and then depends on more: a compareExchange that fails here may succeed, a
   * wait that finds the value changed may fall asleep, a notify that finds nobody may find somebody.
   */
  private wouldDepend(earlier: number, depth: number): boolean {
    const { machine } = this
    const point = machine.point[depth]!
    const there = effectsElsewhere(point.operation, machine.effects[depth]!)
    if (there === 0) return false
    for (let between = earlier + 1; between < depth; between++) {
      if (this.isAfter(between, earlier)) continue
      const { start, end } = point
      const theirs = machine.point[between]!.guard
      if (
        areDependent(
          machine.effects[between]!,
          machine.start[between]!,
          machine.end[between]!,
          theirs,
          there,
          start,
          end,
          point.guard,
        )
      )
        return true
    }
    return false
  }
}

/** Whether a step has read these bytes by its guard. */
function isWatched({ guard }: Point, start: number, end: number): boolean {
  return guard !== undefined && overlaps(guard, start, end)
}

/** What an operation may do in another order, beyond what it does here; 0 if nothing. */
function effectsElsewhere(operation: number, here: number): number {
  if (operation === COMPARE_EXCHANGE) return here === ACCESSES ? 0 : ACCESSES
  if (operation === WAIT || operation === WAIT_ASYNC) return here | ENQUEUES
  return operation === NOTIFY ? NOTIFIES : 0
}
