/**
 * One execution as a stack of events: what each step did, so that it can be undone, and the threads as they are now.
 *
 * Going to another branch = undo down to the branch point, then step other threads. Nothing runs again that was run
 * before the branch point; see point.ts for why mostly nothing runs at all.
 */
import { platformsNow } from "../platform/determinism.js"
import { type EventLoops, withoutTimer, withTimer } from "./event-loops.js"
import { Events, NEVER } from "./events.js"
import type { Found } from "./found.js"
import { Lifetimes } from "./lifetimes.js"
import { Memory } from "./memory.js"
import {
  ACCESSES,
  ALLOCATE,
  ARRIVES,
  CLEAR_TIMER,
  COMPARE_EXCHANGE,
  END,
  ENQUEUES,
  EXPIRE,
  FREE,
  LISTEN,
  LOAD,
  NOTIFIES,
  NOTIFIES_NONE,
  NOTIFY,
  OWNER_SHIFT,
  PORT_SHIFT,
  POST,
  POSTS,
  READS,
  RESUME,
  SET_TIMER,
  START,
  STORE,
  TICKS,
  TIMES_OUT,
  WAIT,
  WAIT_ASYNC,
  WAKE,
  WRITES,
} from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import { Point, Transition } from "./point.js"
import type { Guard, Outcome, PlainAccess } from "./point.js"
import type { FailureVerdict } from "../model.js"
import { thrownText } from "../text.js"
import { Sleepers } from "./sleepers.js"
import { Widths } from "./widths.js"

/** An execution of fewer steps is run to its end when the time is over: whoever resumes again and again gets on. */
export const LONG = 1_000
/** Every so many steps of a long execution it is asked whether the time of the search is over. */
const TIMED_EVERY = 64
/** What a wait that went to sleep has for a result, until it wakes. */
export const ASLEEP = "asleep"

/** Where messengers are that have nothing to bring, and a clock that has. */
const IDLE = new Point(END, 0, 0, 0, 0, 0, false, undefined, true, 0, 0, false)
const TICKING = new Point(EXPIRE, 0, 0, 0, 0, 0, false, undefined, true, 0, 0, false)

/** What executions with a data race may show for that reason alone. */
const EXPLAINED_BY_RACES: ReadonlySet<FailureVerdict> = new Set(["assertion", "deadlock", "livelock", "lost-wakeup"])

export interface Prober {
  /** How often a thread that waits by looking again would look before it did something else. */
  looksLeft(thread: number): number
}

/** Told of each step before it happens. */
export interface Search {
  /** The thread to step next; -1 ends the execution. */
  choose(): number
  before(depth: number, thread: number, effects: number): void
  /** Told of each step after it, with what came after its operation, where the order of plain accesses makes a difference. */
  after?(depth: number, thread: number): void
  /** Told when the arrays of the machine grow. */
  grow(capacity: number): void
}

export class Machine extends Events {
  readonly memory: Memory
  readonly lifetimes: Lifetimes
  /** Threads, and their messengers. */
  readonly size: number
  readonly loops: EventLoops
  search!: Search
  /** Where each thread is. */
  readonly points: Point[] = []
  found: Found | undefined = undefined
  steps = 0
  /** Of identical threads, the one that starts before each; -1 without one. */
  readonly startsAfter: Int32Array
  /** The next step is a second look of a thread that waits for a change: nobody else can step. */
  releasing = false
  readonly names: readonly string[]
  readonly nameOf: (offset: number) => string
  readonly widths: Widths
  /** Whether any thread ever assumed what was not so. */
  assumes = false
  /** Whether any thread ever waited `until` something holds. */
  awaits = false
  /** Whether the search covers what comes after a look in vain elsewhere: then whoever waits `until` looks no more. */
  dropsLooks = false
  /** Whether any thread ever waited by looking again. */
  guarded = false
  /** When the search is to end, by the platform's clock: a long execution is given up then as well. */
  endsAtMs = Infinity
  /** Whether one was. */
  outOfTime = false
  /** Whether any plain access was seen yet. */
  plain = false
  /** Whether two plain accesses may race, and that is no failure: then their order makes a difference. */
  ordersPlain = false
  /** Operations of threads that were run again, over all executions. */
  repeated = 0
  /** Why the search does not show everything, as far as threads that wait are concerned: place by place. */
  readonly cutLooks = new Map<string, string>()
  /** What has changed of what threads share, and is no shared memory. */
  readonly unshared: string[] = []
  /** Reads that races are not looked for among, place by place. */
  readonly unseen = new Map<string, string>()
  /** Who can run a thread on by itself, to see whether it would stop looking. */
  prober: Prober | undefined = undefined

  private readonly forgetsHighWords: boolean

  // Of a thread:
  readonly count: Int32Array
  private readonly sleepers: Sleepers

  constructor(
    memory: Memory,
    loops: EventLoops,
    names: readonly string[],
    nameOf: (offset: number) => string,
    forgetsHighWords: boolean,
  ) {
    super()
    this.forgetsHighWords = forgetsHighWords
    const threads = loops.size
    this.memory = memory
    this.loops = loops
    this.size = threads
    for (let messenger = loops.threads; messenger < threads; messenger++) this.points[messenger] = IDLE
    this.names = names
    this.nameOf = nameOf
    this.widths = new Widths(memory.shared.byteLength)
    this.lifetimes = new Lifetimes(this, (found) => this.fail(found))
    this.count = new Int32Array(threads)
    this.startsAfter = new Int32Array(threads).fill(-1)
    this.sleepers = new Sleepers(threads)
  }

  fail(found: Found): void {
    this.found ??= found
  }

  /** Of several failures of an execution, this one explains the others. */
  failOverOthers(found: Found): void {
    if (this.found === undefined || EXPLAINED_BY_RACES.has(this.found.verdict)) this.found = found
  }

  /** Whether some thread assumed what was not so, or looked in vain for what came later: another execution stands for it. */
  get dropped(): boolean {
    if (this.assumes && this.points.some(({ dropped }) => dropped)) return true
    return this.awaits && this.dropsLooks && this.points.some(({ awaits, guard }) => awaits && !this.guardHolds(guard!))
  }

  /** Whether the execution at hand is given up: it is long, and the time of the search is over. */
  isOutOfTime(): boolean {
    if (this.endsAtMs === Infinity || this.depth % TIMED_EVERY !== 0 || platformsNow() < this.endsAtMs) return false
    this.outOfTime = true
    return true
  }

  isAlive(thread: number): boolean {
    return this.points[thread]!.operation !== END
  }

  /** Whether a thread has a step to take, if only a second look at what has not changed. */
  canBeAsked(thread: number): boolean {
    if (!this.isAlive(thread) || this.isAsleep(thread)) return false
    return this.points[thread]!.operation !== RESUME || this.loops.next(thread) >= 0
  }

  /** Asleep, and nobody has woken it, and time will not. */
  isAsleep(thread: number): boolean {
    const point = this.points[thread]!
    return point.operation === WAKE && this.sleepers.isQueued(thread) && !point.finite
  }

  /** The depth of the notify that woke a thread; -1 if none has yet. */
  wakerOf(thread: number): number {
    return this.sleepers.wakerOf(thread)
  }

  /** Waiting by looking again, and what it looks at is as it was. */
  isSpinning(thread: number): boolean {
    const guard = this.points[thread]!.guard
    return guard !== undefined && this.isHeld(thread, guard)
  }

  /** Whether a thread would only look at the same again. */
  isHeld(thread: number, guard: Guard): boolean {
    return this.guardHolds(guard) && !(this.loops.turn && this.loops.some(thread, (depth) => this.isNews(depth)))
  }

  /** Whether what arrived is more than that time has passed. */
  private isNews(depth: number): boolean {
    const { operation } = this.point[depth]!
    return operation === POST || (operation === WAKE && this.result[depth] === "ok")
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
      // Of most steps: whoever neither sleeps nor waits, and has no twin, can go on.
      if (point.operation < WAKE && point.guard === undefined && this.startsAfter[thread]! < 0) {
        mask |= 1 << thread
        continue
      }
      if (point.operation === END) continue
      if (point.operation === WAKE && this.sleepers.isQueued(thread) && !point.finite) continue
      const twin = this.startsAfter[thread]!
      if (twin >= 0 && this.count[thread] === 0 && this.count[twin] === 0 && this.isAlive(twin)) continue
      if (point.operation === RESUME && this.loops.next(thread) < 0) continue
      if (point.guard !== undefined && ((point.awaits && this.dropsLooks) || this.isHeld(thread, point.guard))) continue
      mask |= 1 << thread
    }
    return mask
  }

  /** What the pending operation of a thread would do to others, if it came now. */
  effectsOf(thread: number): number {
    const point = this.points[thread]!
    const { operation } = point
    // Of most steps: small enough to become part of whoever asks.
    if (operation >= WAIT) return this.effectsBeyond(thread, point)
    if (operation === LOAD) return READS
    if (operation === STORE) return WRITES
    return operation !== COMPARE_EXCHANGE || this.memory.holds(point.type, point.start, point.a) ? ACCESSES : READS
  }

  private effectsBeyond(thread: number, point: Point): number {
    switch (point.operation) {
      case ALLOCATE:
      case FREE:
        return WRITES
      case WAIT:
      case WAIT_ASYNC:
        return this.memory.holds(point.type, point.start, point.a) ? READS | ENQUEUES : READS
      case NOTIFY:
        return (point.a as number) > 0 && this.sleepers.firstOn(point.start) >= 0 ? NOTIFIES : NOTIFIES_NONE
      case WAKE:
        return (this.sleepers.isQueued(thread) ? TIMES_OUT : 0) | this.arrives(thread)
      case RESUME:
      case START:
        return 0
      case SET_TIMER:
      case CLEAR_TIMER:
        return TICKS | (thread << OWNER_SHIFT)
      case EXPIRE:
        return TICKS | this.arrives(thread)
      case POST: {
        const { owner } = this.loops.port(point.a as number)
        const arrives = owner < 0 || this.loops.forgetsArrivals ? 0 : ARRIVES | (owner << OWNER_SHIFT)
        return POSTS | ((point.a as number) << PORT_SHIFT) | arrives
      }
      case LISTEN:
        return POSTS | ((point.a as number) << PORT_SHIFT) | ARRIVES | (thread << OWNER_SHIFT)
      default:
        return ACCESSES
    }
  }

  /** What a messenger brings. */
  private arrives(thread: number): number {
    const { loops } = this
    return loops.isMessenger(thread) && !loops.forgetsArrivals ? ARRIVES | (loops.ownerOf(thread) << OWNER_SHIFT) : 0
  }

  /** The step without which this one could not be, other than those before it of its own thread; -1 without one. */
  causeOf(thread: number): number {
    const { operation } = this.points[thread]!
    if (operation === RESUME) return this.loops.next(thread)
    if (!this.loops.isMessenger(thread)) return -1
    if (operation === WAKE) return this.sleepers.sleepsSince(thread)
    return operation === EXPIRE ? this.loops.clocks[this.loops.ownerOf(thread)]!.timers[0]!.setAt : -1
  }

  /**
   * Executes the pending operation of a thread. False if what the thread does next is not known yet: then its code has
   * to run, and `continueWith` to be called.
   */
  advance(thread: number): boolean {
    const { depth, memory } = this
    if (depth + 1 >= this.capacity) this.makeRoom()
    const point = this.points[thread]!
    const effects = this.effectsOf(thread)
    this.thread[depth] = thread
    this.effects[depth] = effects
    this.start[depth] = point.start
    this.end[depth] = point.end
    this.point[depth] = point
    this.index[depth] = this.count[thread]! + 1
    this.logBefore[depth] = memory.logged
    if (this.loops.turn) this.cause[depth] = this.causeOf(thread)
    this.released[depth] = this.releasing ? 1 : 0
    this.releasing = false
    this.search.before(depth, thread, effects)
    // Of most steps: nobody sleeps or wakes by them.
    const result =
      point.operation < WAIT
        ? memory.execute(point.operation, point.type, point.start, point.a, point.b)
        : this.perform(thread, point, effects, depth)
    this.result[depth] = result
    this.logAfter[depth] = memory.logged
    this.count[thread]!++
    this.depth = depth + 1
    this.steps++
    if (this.lifetimes.used) this.lifetimes.checkOperation(depth)
    if (this.loops.turn && this.loops.isMessenger(thread)) {
      this.transition[depth] = undefined
      return true
    }
    const memo = this.forgetsHighWords ? withoutHighWord(result) : result
    const known = point.find(this.key(result), this.memory.hash2, memo)
    if (known !== undefined) {
      this.follow(thread, depth, known)
      return true
    }
    if (result !== ASLEEP) return false
    this.fallAsleep(thread, depth, point)
    return true
  }

  /** Where a transition is looked up. Different ones may share a place: "check" and the result tell them apart. */
  key(result: Outcome): number {
    return this.memory.hash ^ Math.imul(codeOf(result), 0x9e3779b1)
  }

  /**
   * What a thread does after the event at this depth: from now on it is known, and follows. After a cut, where nobody comes
   * again, it is not remembered.
   */
  learn(
    thread: number,
    depth: number,
    next: Point,
    writes: Int32Array | undefined,
    accesses: readonly PlainAccess[] | undefined,
  ): void {
    const result = this.result[depth]!
    const memo = this.forgetsHighWords ? withoutHighWord(result) : result
    const transition = new Transition(this.key(result), this.memory.hash2, memo, next, writes, accesses)
    if (this.cutAt === NEVER) this.point[depth]!.add(transition)
    this.follow(thread, depth, transition)
  }

  /** Going to sleep needs none of the thread's code: the wake is pending. */
  private fallAsleep(thread: number, depth: number, point: Point): void {
    const { words } = this.memory
    const word = (point.start >> 3) << 1
    this.learn(thread, depth, wakeOf(point, words[word]!, words[word + 1]!), undefined, undefined)
  }

  private perform(thread: number, point: Point, effects: number, depth: number): Value | string {
    switch (point.operation) {
      case WAIT:
        if ((effects & ENQUEUES) === 0) return "not-equal"
        this.sleepers.sleep(thread, point.start, depth)
        return ASLEEP
      case WAKE: {
        const wokenBy = this.sleepers.wakerOf(thread)
        this.woken[depth] = wokenBy
        this.asleepSince[depth] = this.sleepers.sleepsSince(thread)
        this.sleepers.leave(thread)
        if (this.loops.isMessenger(thread)) {
          this.loops.arrive(this.loops.ownerOf(thread), depth)
          this.points[thread] = IDLE
        }
        return wokenBy < 0 ? "timed-out" : "ok"
      }
      case NOTIFY:
        return this.notify(point, depth)
      case WAIT_ASYNC:
        return (effects & ENQUEUES) === 0 ? "not-equal" : this.sendMessenger(thread, point, depth)
      case RESUME:
        return this.resume(thread, depth)
      case SET_TIMER:
      case CLEAR_TIMER:
      case EXPIRE:
        return this.tick(thread, point, depth)
      case POST: {
        const { owner, waiting } = this.loops.port(point.a as number)
        this.woken[depth] = owner
        if (owner < 0) waiting.push(depth)
        else this.loops.arrive(owner, depth)
        return 0
      }
      case LISTEN: {
        const port = this.loops.port(point.a as number)
        port.owner = thread
        for (const posted of port.waiting) this.loops.arrive(thread, posted)
        return 0
      }
      case START:
        return 0
      case ALLOCATE:
      case FREE:
        this.lifetimes.used = true
        this.addWord(depth)
        return 0
      default:
        throw new Error(`No operation ${point.operation}`)
    }
  }

  /** The answer will be brought: what waits is a messenger. */
  private sendMessenger(thread: number, point: Point, depth: number): string {
    const messenger = this.loops.send(thread)
    this.sleepers.sleep(messenger, point.start, depth)
    this.points[messenger] = wakeOf(point, 0, 0)
    this.woken[depth] = messenger
    return `asleep ${this.loops.slotOf(messenger)}`
  }

  /** Takes what has arrived first. */
  private resume(thread: number, depth: number): string {
    const { loops } = this
    const arrival = loops.next(thread)
    this.woken[depth] = arrival
    loops.take(thread)
    const bringer = this.thread[arrival]!
    const { operation, a, b } = this.point[arrival]!
    if (operation === POST) return `post ${String(a)} ${String(b)}`
    if (operation === EXPIRE) return `timer ${String(this.result[arrival])}`
    loops.dismiss(bringer)
    return `wait ${loops.slotOf(bringer)} ${String(this.result[arrival])}`
  }

  private tick(thread: number, point: Point, depth: number): number {
    const { loops } = this
    const owner = loops.ownerOf(thread)
    const clock = loops.clocks[owner]!
    this.clockBefore[depth] = clock
    const first = clock.timers[0]
    let result = 0
    if (point.operation === SET_TIMER) loops.clocks[owner] = withTimer(clock, point.a as number, Number(point.b), depth)
    else if (point.operation === CLEAR_TIMER) {
      loops.clocks[owner] = withoutTimer(clock, point.a as number)
      result = clock.timers.length - loops.clocks[owner].timers.length
    } else {
      result = first!.id
      loops.clocks[owner] = { ...withoutTimer(clock, result), nowMs: Math.max(clock.nowMs, first!.dueMs) }
      loops.arrive(owner, depth)
    }
    this.setClock(owner)
    return result
  }

  private setClock(owner: number): void {
    const { clocks } = this.loops
    this.points[this.loops.clockOf(owner)] = clocks[owner]!.timers.length > 0 ? TICKING : IDLE
  }

  private notify(point: Point, depth: number): number {
    const woken = this.sleepers.notify(point.start, point.a as number, depth)
    this.woken[depth] = woken
    return bitsOf(woken)
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
    if (this.ordersPlain && this.plain) this.search.after!(depth, thread)
  }

  failThrown(thread: number, error: unknown): void {
    this.fail({ verdict: "assertion", message: `Thread ${this.names[thread]} threw ${thrownText(error)}`, error })
  }

  /** Takes back the last event. */
  undo(): void {
    const depth = --this.depth
    const thread = this.thread[depth]!
    const point = this.point[depth]!
    if (this.cutAt !== NEVER && depth < this.cutAt) this.cutAt = this.toldAtMost = NEVER
    this.memory.undo(this.logBefore[depth]!)
    this.points[thread] = point
    this.count[thread]!--
    if (point.operation >= WAIT) this.undoEffects(depth, thread, point)
  }

  private undoEffects(depth: number, thread: number, point: Point): void {
    const { loops } = this
    const effects = this.effects[depth]!
    switch (point.operation) {
      case WAIT:
        if ((effects & ENQUEUES) !== 0) this.sleepers.leave(thread)
        return
      case WAIT_ASYNC:
        if ((effects & ENQUEUES) === 0) return
        this.sleepers.leave(this.woken[depth]!)
        this.points[this.woken[depth]!] = IDLE
        loops.dismiss(this.woken[depth]!)
        return
      case NOTIFY:
        if ((effects & NOTIFIES) !== 0) this.sleepers.undoNotify(this.woken[depth]!)
        return
      case WAKE:
        this.sleepers.undoLeave(thread, point.start, this.asleepSince[depth]!, this.woken[depth]!)
        if (loops.isMessenger(thread)) loops.undoArrive(loops.ownerOf(thread))
        return
      case RESUME:
        loops.undoTake(thread)
        if (this.point[this.woken[depth]!]!.operation === WAKE) loops.recall(this.thread[this.woken[depth]!]!)
        return
      case EXPIRE:
        loops.undoArrive(loops.ownerOf(thread))
        loops.clocks[loops.ownerOf(thread)] = this.clockBefore[depth]!
        return
      case SET_TIMER:
      case CLEAR_TIMER:
        loops.clocks[thread] = this.clockBefore[depth]!
        this.setClock(thread)
        return
      case POST: {
        const owner = this.woken[depth]!
        if (owner < 0) loops.port(point.a as number).waiting.pop()
        else loops.undoArrive(owner)
        return
      }
      case LISTEN: {
        const port = loops.port(point.a as number)
        for (const _ of port.waiting) loops.undoArrive(thread)
        port.owner = -1
        return
      }
      case ALLOCATE:
      case FREE:
        this.removeWord(depth)
    }
  }

  private makeRoom(): void {
    this.grow()
    this.search.grow(this.capacity)
  }
}

/** What wakes, once a wait has fallen asleep. */
function wakeOf(point: Point, seen: number, seen2: number): Point {
  const { type, start, end, a, finite } = point
  return new Point(WAKE, type, start, end, a, 0, finite, point, true, seen, seen2, false)
}

/** A number for a result, for lookups: equal results have equal ones, and some different ones do, too. */
function codeOf(result: Outcome): number {
  if (typeof result === "number") return result | 0
  if (typeof result === "bigint") return Number(BigInt.asIntN(32, result))
  return result.charCodeAt(0)
}

/** A fault, for tests: results of 64 bits are taken for the same if their low halves are. */
function withoutHighWord(result: Outcome): Outcome {
  return typeof result === "bigint" ? codeOf(result) : result
}

function bitsOf(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}
