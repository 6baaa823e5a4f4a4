/**
 * Threads that wait by looking again: at which points one does, and how often it would look before it did something else.
 *
 * A loop is told by `relax()`, by `until`, or by two rounds in a row that are the same (spin.ts). Whether it only waits is
 * tried: the thread's code runs on by itself, and is given what it saw in its last round again and again. What stops by itself
 * within a few looks is no wait, and all of its looks are explored; what stops later is held as one, and the result says so.
 */
import type { Machine, Prober } from "./machine.js"
import { ASLEEP } from "./machine.js"
import type { Guard, Point } from "./point.js"
import type { Rerun } from "./rerun.js"
import { END, STORE, WAIT } from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import { placeOf } from "../platform/sites.js"
import { guardOfRelax, guardOfRounds, hasRepeatedRounds, hasSites, pointsOfRounds } from "./spin.js"

/** A loop that ends by itself within so many more looks is no wait: all of its looks are explored. */
const MOST_LOOKS = 256
/** One that ends by itself within so many is none either, but too long: it is held as one, and the result says so. */
const LONG_LOOKS = 100_000

/** As many as are looked at where code says `relax()`: it should know. */
const HINTED_LOOKS = 32

/** Runs the code of a thread again, from its start to where it is. */
export interface Again {
  run(thread: number): void
  /** Before its first instruction: `run` comes next. */
  rewind(thread: number): void
  /** The same for the call stacks of its last operations, so many. */
  fetchSites(thread: number, wanted: number): void
}

/** What is known of threads before they run. */
export interface ThreadCode {
  readonly threads: readonly ((state: unknown) => unknown)[]
  readonly threadNames: readonly string[]
  /** Whether loops are found that do not say `relax()`. */
  readonly automaticSpins: boolean
}

/** A thread that is given what it saw in its last round again and again. */
interface Probe {
  /** Depths of that round's events. Undefined: any operation that changes nothing is given what memory holds. */
  readonly round: readonly number[] | undefined
  readonly most: number
  at: number
  looks: number
  /** It did something else. */
  ended: boolean
}

export class Looks implements Prober {
  private readonly machine: Machine
  private readonly rerun: Rerun
  private readonly code: ThreadCode
  private readonly again: Again
  /** While a thread is run on by itself. */
  probing: Probe | undefined = undefined
  /** A point that may be waiting by looking again: decided before the thread goes on. */
  private siteless: Point | undefined = undefined
  /** Threads whose `relax()` was looked at, and those that have ever said it, as bits; and where one has just said it. */
  private hints = 0
  private hinting = 0
  private hinted: Point | undefined = undefined
  /** Whether the thread whose point was found last has to stop, so that it is decided what it does there. */
  stops = false
  private readonly hintedCode: string[] = []
  /** By thread and place in the code: how often a loop was taken for a wait there. */
  private waits: Map<string, number> | undefined = undefined

  constructor(machine: Machine, rerun: Rerun, code: ThreadCode, again: Again) {
    this.machine = machine
    this.rerun = rerun
    this.code = code
    this.again = again
  }

  /** A new point of a thread: whether it is one of a loop. `awaits`: it waits `until` something holds. */
  find(thread: number, point: Point, relaxed: boolean, awaits: boolean): void {
    if (point.operation === END || (point.parent?.guard !== undefined && this.staysHeld(point, point.parent))) return
    if (relaxed) this.hold(thread, point, awaits)
    else if (this.code.automaticSpins && hasRepeatedRounds(point)) {
      this.siteless = point
      this.stops = true
    }
  }

  /** After a look that was foreseen, although nothing had changed: the next one is foreseen as well. */
  private staysHeld(point: Point, parent: Point): boolean {
    const last = this.rerun.own.at(-1)!
    if (parent.looksLeft <= 0 || this.machine.released[last] !== 1) return false
    point.guard = parent.guard
    point.looksLeft = parent.looksLeft - 1
    return true
  }

  private hold(thread: number, point: Point, awaits: boolean): void {
    point.guard = guardOfRelax(point)
    if (point.guard !== undefined) this.machine.guarded = true
    if (awaits) {
      point.awaits = point.guard !== undefined
      if (point.awaits) this.machine.awaits = true
      return
    }
    const bit = 1 << thread
    if ((this.hints & bit) !== 0) return
    this.hinted = point
    this.stops = false
    if ((this.hinting & bit) !== 0) return
    this.hinting |= bit
    // Of threads with the same code, one is stopped for it. The others are looked at if they stop anyway.
    const text = Function.prototype.toString.call(this.code.threads[thread])
    if (this.hintedCode.includes(text)) return
    this.hintedCode.push(text)
    this.stops = true
  }

  /** After a thread has stopped: what it does where it may wait. */
  decide(thread: number): void {
    this.stops = false
    if (this.hinted !== undefined) this.decideHint(thread, this.hinted)
    if (this.siteless !== undefined) this.decideRounds(thread, this.siteless)
  }

  /** Once for each thread that said `relax()`, if it still waits: a loop that ends by itself does not only wait. */
  private decideHint(thread: number, point: Point): void {
    this.hinted = undefined
    const { guard } = point
    if (this.machine.points[thread] !== point || guard === undefined || !this.machine.guardHolds(guard)) return
    this.hints |= 1 << thread
    const looks = this.probe(thread, guard, HINTED_LOOKS)
    if (looks < Infinity) this.tellCut(thread, looks, "")
  }

  private decideRounds(thread: number, point: Point): void {
    this.siteless = undefined
    if (!hasSites(point)) this.again.fetchSites(thread, pointsOfRounds(point))
    const guard = guardOfRounds(point)
    if (guard === undefined) return
    const key = `${thread} ${point.site}`
    this.waits ??= new Map()
    const times = (this.waits.get(key) ?? 0) + 1
    this.waits.set(key, times)
    // A look so far ahead costs milliseconds, so it is taken once at a place, and again when that has come up often.
    const most = isPowerOfTwo(times) ? Math.max(LONG_LOOKS / times, MOST_LOOKS) : MOST_LOOKS
    const looks = this.probe(thread, guard, most)
    if (looks <= MOST_LOOKS) return
    point.guard = guard
    this.machine.guarded = true
    point.looksLeft = looks === Infinity && times > 1 ? -1 : looks
    if (looks < Infinity) this.tellCut(thread, looks, placeOf(point.site))
  }

  /** Once for each thread and place. */
  private tellCut(thread: number, looks: number, place: string): void {
    const { cutLooks } = this.machine
    const key = `${thread} ${place}`
    if (cutLooks.has(key)) return
    const at = place === "" ? "" : ` at ${place}`
    const who = `Thread ${this.code.threadNames[thread]} looks again and again${at}`
    cutLooks.set(key, `${who}, and goes on by itself after ${looks} looks more: held until something changed`)
  }

  /** How often a thread would look again before it did something else, as far as anybody wants to know. */
  looksLeft(thread: number): number {
    const point = this.machine.points[thread]!
    if (point.awaits) return Infinity
    const { parent, guard } = point
    if (point.looksLeft < 0 && parent !== undefined && parent.looksLeft > 0 && parent.looksLeft < Infinity)
      point.looksLeft = parent.looksLeft - 1
    if (point.looksLeft < 0) {
      point.looksLeft = this.probe(thread, guard!, LONG_LOOKS)
      if (point.looksLeft > 0 && point.looksLeft < Infinity) this.tellCut(thread, point.looksLeft, placeOf(point.site))
    }
    return point.looksLeft
  }

  /**
   * How many more operations a thread does that has read the same twice, if it goes on reading the same: infinitely many,
   * if it does not stop within so many. It is run on by itself, and what it is given costs no execution.
   */
  private probe(thread: number, { hinted, length }: Guard, most: number): number {
    this.again.rewind(thread)
    const round = hinted ? undefined : this.rerun.own.slice(-length)
    const probing = { round, most, at: 0, looks: 0, ended: false }
    this.probing = probing
    this.again.run(thread)
    this.probing = undefined
    return probing.ended ? probing.looks : Infinity
  }

  /**
   * The next operation of a thread that is given the same again. `finite`: a wait that can time out. What it gets is good for nothing
   * once the probe `isOver`.
   */
  look(probing: Probe, operation: number, type: number, start: number, a: Value, b: Value, finite: boolean): unknown {
    const { machine } = this
    const { round } = probing
    if (round === undefined) return this.lookFreely(probing, operation, type, start, a, b, finite)
    let depth = round[probing.at++]!
    if (machine.point[depth]!.is(operation, type, start, a, b)) probing.looks++
    else probing.ended = true
    // Of a wait that fell asleep, the wake is an event of its own.
    if (machine.result[depth] === ASLEEP) depth = round[probing.at++]!
    if (probing.at >= round.length) probing.at = 0
    return machine.result[depth]
  }

  /** The same for a loop that said `relax()`, whatever it looks at. */
  private lookFreely(
    probing: Probe,
    operation: number,
    type: number,
    start: number,
    a: Value,
    b: Value,
    finite: boolean,
  ): unknown {
    const { memory } = this.machine
    const isAsleep = operation === WAIT && memory.holds(type, start, a)
    const { logged } = memory
    const result =
      operation < WAIT ? memory.execute(operation, type, start, a, b) : isAsleep ? "timed-out" : "not-equal"
    const changed = operation === STORE || memory.logged !== logged
    memory.undo(logged)
    if (changed || operation > WAIT || (isAsleep && !finite)) probing.ended = true
    else probing.looks++
    return result
  }
}

/** Whether nothing more is to be seen: it did something else, or has looked for long enough. */
export function isOver({ ended, looks, most }: Probe): boolean {
  return ended || looks > most
}

function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0
}
