/**
 * One execution as a stack of events: what each step did, so that it can be undone, and the threads as they are now.
 *
 * Going to another branch = undo down to the branch point, then step other threads. Nothing runs again that was run
 * before the branch point; see point.ts for why mostly nothing runs at all.
 */
import { Lifetimes } from "./lifetimes.js"
import { Memory } from "./memory.js"
import {
  ACCESSES,
  ALLOCATE,
  COMPARE_EXCHANGE,
  END,
  ENQUEUES,
  FREE,
  LOAD,
  NOTIFIES,
  NOTIFIES_NONE,
  NOTIFY,
  READS,
  STORE,
  TIMES_OUT,
  WAIT,
  WAKE,
  WRITES,
} from "./operation.js"
import type { Value } from "./operation.js"
import { Point, Transition } from "./point.js"
import type { Guard } from "./point.js"
import type { FailureVerdict } from "./model.js"
import { Widths } from "./widths.js"

/** What a wait that went to sleep has for a result, until it wakes. */
export const ASLEEP = "asleep"
const NOT_WAITING = 0
const QUEUED = 1
const NOTIFIED = 2

/** What executions with a data race may show for that reason alone. */
const EXPLAINED_BY_RACES: ReadonlySet<FailureVerdict> = new Set(["assertion", "deadlock", "livelock", "lost-wakeup"])

/** Told of each step before it happens. */
export interface Search {
  /** The thread to step next; -1 ends the execution. */
  choose(): number
  before(depth: number, thread: number, effects: number): void
  /** Told when the arrays of the machine grow. */
  grow(capacity: number): void
}

export interface Found {
  readonly verdict: FailureVerdict
  readonly message: string
  readonly error?: unknown
  readonly racing?: readonly [RacingPlace, RacingPlace]
}

/** The depth of a step, and which of its plain accesses (-1: its operation itself). */
export interface RacingPlace {
  readonly depth: number
  readonly access: number
  readonly thread: number
}

export class Machine {
  readonly memory: Memory
  readonly lifetimes: Lifetimes
  readonly size: number
  search!: Search
  /** Where each thread is. */
  readonly points: Point[] = []
  depth = 0
  capacity = 256
  found: Found | undefined = undefined
  steps = 0
  /** Of identical threads, the one that starts before each; -1 without one. */
  readonly startsAfter: Int32Array
  /** The next step is a second look of a thread that waits for a change: nobody else can step. */
  releasing = false
  readonly names: readonly string[]
  readonly nameOf: (offset: number) => string
  readonly widths: Widths
  /** Whether any plain access was seen yet. */
  plain = false

  // Of the event at a depth:
  thread = new Int32Array(256)
  /** Bits of operation.ts. */
  effects = new Int32Array(256)
  start = new Int32Array(256)
  end = new Int32Array(256)
  /** The how manieth event of its thread, from 1. */
  index = new Int32Array(256)
  /** Length of the log before the event, and after its operation (what follows are the plain writes after it). */
  logBefore = new Int32Array(256)
  logAfter = new Int32Array(256)
  /** Of a notify: whom it woke. Of a wake: the depth of its notify. */
  woken = new Int32Array(256)
  /** Of a wake: the depth at which it fell asleep. */
  asleepSince = new Int32Array(256)
  /** 1 if the thread ran only because nobody else could: it had been waiting for a change. */
  released = new Uint8Array(256)
  readonly point: Point[] = []
  readonly result: (Value | string)[] = []
  readonly transition: (Transition | undefined)[] = []

  // Of a thread:
  readonly count: Int32Array
  readonly #waiting: Uint8Array
  readonly #waitingSince: Int32Array
  readonly #wokenBy: Int32Array

  constructor(memory: Memory, names: readonly string[], nameOf: (offset: number) => string) {
    const threads = names.length
    this.memory = memory
    this.size = threads
    this.names = names
    this.nameOf = nameOf
    this.widths = new Widths(memory.shared.byteLength)
    this.lifetimes = new Lifetimes(this)
    this.count = new Int32Array(threads)
    this.startsAfter = new Int32Array(threads).fill(-1)
    this.#waiting = new Uint8Array(threads)
    this.#waitingSince = new Int32Array(threads)
    this.#wokenBy = new Int32Array(threads)
  }

  fail(found: Found): void {
    this.found ??= found
  }

  /** Of several failures of an execution, this one explains the others. */
  failOverOthers(found: Found): void {
    if (this.found === undefined || EXPLAINED_BY_RACES.has(this.found.verdict)) this.found = found
  }

  isAlive(thread: number): boolean {
    return this.points[thread]!.operation !== END
  }

  /** Asleep, and nobody has woken it, and time will not. */
  isAsleep(thread: number): boolean {
    const point = this.points[thread]!
    return point.operation === WAKE && this.#waiting[thread] === QUEUED && !point.finite
  }

  /** The depth of the notify that woke a thread; -1 if none has yet. */
  wakerOf(thread: number): number {
    return this.#waiting[thread] === NOTIFIED ? this.#wokenBy[thread]! : -1
  }

  /** Waiting by looking again, and what it looks at is as it was. */
  isSpinning(thread: number): boolean {
    const guard = this.points[thread]!.guard
    return guard !== undefined && this.guardHolds(guard)
  }

  guardHolds(guard: Guard): boolean {
    const { words } = this.memory
    for (let i = 0; i < guard.words.length; i++)
      if ((words[guard.words[i]!]! & guard.masks[i]!) !== guard.values[i]!) return false
    return true
  }

  /** Whether the guard held when the event at this depth was about to happen. */
  guardHeldAt(guard: Guard, depth: number): boolean {
    const logged = this.logBefore[depth]!
    for (let i = 0; i < guard.words.length; i++) {
      const word = this.memory.wordAt(guard.words[i]!, logged)
      if ((word & guard.masks[i]!) !== guard.values[i]!) return false
    }
    return true
  }

  /** The threads that can take a step, as bits. */
  enabled(): number {
    let mask = 0
    for (let thread = 0; thread < this.size; thread++) {
      const point = this.points[thread]!
      if (point.operation === END) continue
      if (point.operation === WAKE && this.#waiting[thread] === QUEUED && !point.finite) continue
      const twin = this.startsAfter[thread]!
      if (twin >= 0 && this.count[thread] === 0 && this.count[twin] === 0 && this.isAlive(twin)) continue
      if (point.guard !== undefined && this.guardHolds(point.guard)) continue
      mask |= 1 << thread
    }
    return mask
  }

  /** What the pending operation of a thread would do to others, if it came now. */
  effectsOf(thread: number): number {
    const point = this.points[thread]!
    switch (point.operation) {
      case LOAD:
        return READS
      case STORE:
      case ALLOCATE:
      case FREE:
        return WRITES
      case COMPARE_EXCHANGE:
        return this.memory.holds(point.type, point.start, point.a) ? ACCESSES : READS
      case WAIT:
        return this.memory.holds(point.type, point.start, point.a) ? READS | ENQUEUES : READS
      case NOTIFY:
        return (point.a as number) > 0 && this.#firstWaiting(point.start) >= 0 ? NOTIFIES : NOTIFIES_NONE
      case WAKE:
        return this.#waiting[thread] === QUEUED ? TIMES_OUT : 0
      default:
        return ACCESSES
    }
  }

  /** The thread that has slept on the cell for longest; -1 if none does. */
  #firstWaiting(start: number): number {
    let first = -1
    for (let thread = 0; thread < this.size; thread++) {
      if (this.#waiting[thread] !== QUEUED || this.points[thread]!.start !== start) continue
      if (first < 0 || this.#waitingSince[thread]! < this.#waitingSince[first]!) first = thread
    }
    return first
  }

  /**
   * Executes the pending operation of a thread. False if what the thread does next is not known yet: then its code has
   * to run, and `continueWith` to be called.
   */
  advance(thread: number): boolean {
    const { depth, memory } = this
    if (depth + 1 >= this.capacity) this.#grow()
    const point = this.points[thread]!
    const effects = this.effectsOf(thread)
    this.thread[depth] = thread
    this.effects[depth] = effects
    this.start[depth] = point.start
    this.end[depth] = point.end
    this.point[depth] = point
    this.index[depth] = this.count[thread]! + 1
    this.logBefore[depth] = memory.logged
    this.released[depth] = this.releasing ? 1 : 0
    this.releasing = false
    this.search.before(depth, thread, effects)
    const result = this.#perform(thread, point, effects, depth)
    this.result[depth] = result
    this.logAfter[depth] = memory.logged
    this.count[thread]!++
    this.depth = depth + 1
    this.steps++
    if (this.lifetimes.used) this.lifetimes.checkOperation(depth)
    const code = codeOf(result)
    const known = point.find(this.key(code), this.check(code))
    if (known !== undefined) {
      this.follow(thread, depth, known)
      return true
    }
    if (result !== ASLEEP) return false
    this.#fallAsleep(thread, depth, point, code)
    return true
  }

  key(code: number): number {
    return this.memory.hash ^ Math.imul(code, 0x9e3779b1)
  }

  check(code: number): number {
    return (this.memory.hash2 + Math.imul(code, 0x85ebca77)) | 0
  }

  /** Going to sleep needs none of the thread's code: the wake is pending. */
  #fallAsleep(thread: number, depth: number, point: Point, code: number): void {
    const { words } = this.memory
    const word = (point.start >> 3) << 1
    const wake = new Point(
      WAKE,
      point.type,
      point.start,
      point.end,
      point.a,
      0,
      point.finite,
      point,
      true,
      words[word]!,
      words[word + 1]!,
      false,
    )
    const transition = new Transition(this.check(code), wake, undefined, undefined)
    point.add(this.key(code), transition)
    this.follow(thread, depth, transition)
  }

  #perform(thread: number, point: Point, effects: number, depth: number): Value | string {
    switch (point.operation) {
      case WAIT:
        if ((effects & ENQUEUES) === 0) return "not-equal"
        this.#waiting[thread] = QUEUED
        this.#waitingSince[thread] = depth
        return ASLEEP
      case WAKE: {
        const state = this.#waiting[thread]
        this.#waiting[thread] = NOT_WAITING
        this.woken[depth] = state === NOTIFIED ? this.#wokenBy[thread]! : -1
        this.asleepSince[depth] = this.#waitingSince[thread]!
        return state === NOTIFIED ? "ok" : "timed-out"
      }
      case NOTIFY:
        return this.#notify(point, depth)
      case ALLOCATE:
      case FREE:
        this.lifetimes.used = true
        return 0
      default:
        return this.memory.execute(point.operation, point.type, point.start, point.a, point.b)
    }
  }

  #notify(point: Point, depth: number): number {
    let mask = 0
    let woken = 0
    for (let left = point.a as number; left > 0; left--) {
      const thread = this.#firstWaiting(point.start)
      if (thread < 0) break
      this.#waiting[thread] = NOTIFIED
      this.#wokenBy[thread] = depth
      mask |= 1 << thread
      woken++
    }
    this.woken[depth] = mask
    return woken
  }

  /** Takes a known way: the plain writes of the code after the operation, and the thread stands before its next one. */
  follow(thread: number, depth: number, transition: Transition): void {
    const writes = transition.plainWrites
    if (writes !== undefined) for (let i = 0; i < writes.length; i += 2) this.memory.write(writes[i]!, writes[i + 1]!)
    this.transition[depth] = transition
    const next = transition.next
    this.points[thread] = next
    if (transition.accesses !== undefined && this.lifetimes.used) this.lifetimes.checkAccesses(depth)
    if (next.threw) this.failThrown(thread, next.value)
  }

  failThrown(thread: number, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    this.fail({ verdict: "assertion", message: `Thread ${this.names[thread]} threw ${text}`, error })
  }

  /** Events, without those second looks at the end that come by themselves. */
  get told(): number {
    let { depth } = this
    while (depth > 0 && this.released[depth - 1] === 1) depth--
    return depth
  }

  /** Takes back the last event. */
  undo(): void {
    const depth = --this.depth
    const thread = this.thread[depth]!
    const point = this.point[depth]!
    this.memory.undo(this.logBefore[depth]!)
    this.points[thread] = point
    this.count[thread]!--
    const effects = this.effects[depth]!
    if ((effects & ENQUEUES) !== 0) this.#waiting[thread] = NOT_WAITING
    else if ((effects & NOTIFIES) !== 0) {
      for (let mask = this.woken[depth]!; mask !== 0; mask &= mask - 1)
        this.#waiting[31 - Math.clz32(mask & -mask)] = QUEUED
    } else if (point.operation === WAKE) {
      this.#waiting[thread] = (effects & TIMES_OUT) !== 0 ? QUEUED : NOTIFIED
      this.#wokenBy[thread] = this.woken[depth]!
      this.#waitingSince[thread] = this.asleepSince[depth]!
    }
  }

  #grow(): void {
    this.capacity *= 2
    const grow = (from: Int32Array) => {
      const to = new Int32Array(this.capacity)
      to.set(from)
      return to
    }
    this.thread = grow(this.thread)
    this.effects = grow(this.effects)
    this.start = grow(this.start)
    this.end = grow(this.end)
    this.index = grow(this.index)
    this.logBefore = grow(this.logBefore)
    this.logAfter = grow(this.logAfter)
    this.woken = grow(this.woken)
    this.asleepSince = grow(this.asleepSince)
    const released = new Uint8Array(this.capacity)
    released.set(this.released)
    this.released = released
    this.search.grow(this.capacity)
  }
}

/** A number for a result, for lookups: equal results have equal ones. */
export function codeOf(result: Value | string): number {
  if (typeof result === "number") return result | 0
  if (typeof result === "bigint") return Number(BigInt.asIntN(32, result ^ (result >> 32n)))
  return result.charCodeAt(0)
}
