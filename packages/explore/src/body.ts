/**
 * Runs the code of a thread, by unwinding and replaying.
 *
 * To stop a thread, a private token is thrown out of its pending operation. To go on, its function is called again:
 * each operation that was executed before gives back what it gave back then, and in front of it the shared memory is set
 * to what it was then (along the log), so that plain reads repeat, too. Behind the last one the thread is where it was.
 */
import { NOT_OURS } from "./atomics.js"
import { Determinism } from "./determinism.js"
import { ASLEEP, codeOf } from "./machine.js"
import type { Machine } from "./machine.js"
import { slot } from "./native.js"
import type { Runner } from "./native.js"
import {
  ALLOCATE,
  BIG_INT64,
  COMPARE_EXCHANGE,
  END,
  FREE,
  INT32,
  LOAD,
  NOTIFY,
  STORE,
  WAIT,
  WAKE,
  typeNumber,
} from "./operation.js"
import type { IntegerView, Value } from "./operation.js"
import { Point, Transition } from "./point.js"
import type { PlainAccess } from "./point.js"
import { ExploreError } from "./refusal.js"
import { captureAt, captureStack } from "./sites.js"
import { guardOfRelax, guardOfRounds, hasRepeatedRounds, hasSites, isPure, lengthOfRounds } from "./spin.js"
import { firstDifference, plainWrites, withUnseenWrites } from "./shadow.js"
import { Swallowed, UNWIND } from "./unwind.js"
import { targetOf } from "./views.js"
import type { Observer } from "./views.js"

/** A loop that ends by itself within so many more looks is no wait. */
const MOST_LOOKS = 256

export interface Code {
  readonly threads: readonly ((state: unknown) => unknown)[]
  readonly state: unknown
  readonly threadNames: readonly string[]
  readonly automaticSpins: boolean
}

export class Body implements Runner, Observer {
  /** Whether each operation's place in the code is wanted. */
  tracing = false
  /** Set when the execution has ended while a thread's code was running. */
  ended = false
  /** The thread whose code has to run next. */
  missed = -1
  readonly #machine: Machine
  readonly #code: Code
  readonly #determinism: Determinism
  readonly #swallowed: Swallowed
  /** Threads in whose code operations repeat, so that call stacks are wanted. */
  readonly #wantsSites: boolean[] = []
  /** A point that may be waiting by looking again: decided before the thread goes on. */
  #siteless: Point | undefined
  /** Of the plain writes before a thread's first operation: its part of the log. */
  readonly #initialLog: [from: number, to: number][] = []
  #thread = -1
  /** Depths of the thread's events, those replayed and those since. */
  #own: number[] = []
  #position = 0
  /** How much of the log the shared memory has seen. */
  #forwarded = 0
  #unwinding = false
  #relaxed = false
  #auditing = false
  #fetchingSites = false
  /** Set while a thread is given what it saw in its last round again and again: depths of that round's events. */
  #probing: { readonly round: readonly number[]; looks: number; ended: boolean } | undefined
  #accesses: PlainAccess[] | undefined
  #refusal: ExploreError | undefined
  /** Plain accesses before the first operations. */
  readonly initialAccesses: (readonly PlainAccess[] | undefined)[] = []

  constructor(machine: Machine, code: Code, seed: number) {
    this.#machine = machine
    this.#code = code
    this.#determinism = new Determinism(seed)
    this.#swallowed = new Swallowed(code.threadNames)
  }

  /** Runs each thread to its first operation. */
  begin(): void {
    const machine = this.#machine
    for (let thread = 0; thread < machine.size; thread++) {
      const from = machine.memory.logged
      this.#initialLog[thread] = [from, from]
      this.#run(thread)
      this.#initialLog[thread] = [from, machine.memory.logged]
    }
  }

  /** Where every execution's log begins: the plain writes before the first operations stay. */
  get base(): number {
    return this.#initialLog.at(-1)?.[1] ?? 0
  }

  /** Runs a thread whose last event leads nowhere known yet, and on from there while it is the one to step. */
  discover(thread: number): void {
    this.#run(thread)
    const siteless = this.#siteless
    if (siteless === undefined) return
    this.#siteless = undefined
    if (!hasSites(siteless)) {
      this.#wantsSites[thread] = true
      this.#fetchingSites = true
      this.#run(thread)
      this.#fetchingSites = false
    }
    const length = lengthOfRounds(siteless)
    if (length > 0 && !this.#isBounded(thread, length)) siteless.guard = guardOfRounds(siteless)
  }

  /**
   * Whether a thread that has read the same twice would stop looking by itself, however long nothing changes: then it
   * is not waiting. It is run on by itself, and given the same for so many rounds more.
   */
  #isBounded(thread: number, length: number): boolean {
    this.#rewind(thread)
    const round = this.#own.slice(-length)
    if (round.some((depth) => this.#machine.point[depth]!.operation >= WAIT)) return false
    this.#probing = { round, looks: 0, ended: false }
    this.#run(thread)
    const { ended } = this.#probing
    this.#probing = undefined
    return ended
  }

  /** The next operation of a thread that is given the same again. */
  #probe(operation: number, type: number, start: number, a: Value, b: Value): unknown {
    const machine = this.#machine
    const probing = this.#probing!
    const depth = probing.round[probing.looks % probing.round.length]!
    if (!isSame(machine.point[depth]!, operation, type, start, a, b)) probing.ended = true
    if (probing.ended || ++probing.looks > MOST_LOOKS) this.#unwind()
    return machine.result[depth]
  }

  /** Runs a thread again from its start to where it is, and sees whether it does the same. */
  audit(thread: number): void {
    this.#auditing = true
    this.#run(thread)
    this.#auditing = false
  }

  #run(thread: number): void {
    this.#rewind(thread)
    this.#determinism.enter(thread)
    slot.runner = this
    let value: unknown
    let threw = false
    try {
      value = this.#code.threads[thread]!(this.#code.state)
    } catch (error) {
      value = error
      threw = true
    } finally {
      slot.runner = undefined
      this.#determinism.leave()
    }
    if (this.#refusal !== undefined) throw this.#refusal
    if (!threw && isThenable(value)) this.#refusePromise(value)
    // Whatever the code made of the token: it stopped, and what it did since had no effect.
    if (!this.#unwinding) this.#finish(value, threw)
  }

  /** The shared memory as it was before the thread's first instruction. */
  #rewind(thread: number): void {
    const machine = this.#machine
    const { memory } = machine
    this.#thread = thread
    this.#own = []
    for (let depth = 0; depth < machine.depth; depth++) if (machine.thread[depth] === thread) this.#own.push(depth)
    this.#position = 0
    this.#unwinding = false
    this.#relaxed = false
    this.#accesses = undefined
    memory.publish()
    for (let at = memory.logged - 1; at >= 0; at--) memory.sharedWords[memory.logWord[at]!] = memory.logOld[at]!
    this.#forwarded = 0
    this.#forward(this.#initialLog[thread]![0])
  }

  /** The body has returned, or thrown something of its own. */
  #finish(value: unknown, threw: boolean): void {
    if (this.#position < this.#own.length) {
      this.#tellNondeterminism("it ended, where it went on before")
      return
    }
    if (this.#probing !== undefined) {
      this.#probing.ended = true
      return
    }
    if (this.#auditing || this.#fetchingSites) {
      const now = this.#machine.points[this.#thread]!
      if (now.operation !== END || now.threw !== threw || (!isObject(value) && !Object.is(now.value, value)))
        this.#tellNondeterminism("it ended otherwise than before")
      return
    }
    const point = this.#arrive(END, 0, 0, 0, 0, 0, false)
    point.value = value
    point.threw = threw
    this.#enter(point)
  }

  #refusePromise(value: PromiseLike<unknown>): never {
    value.then(undefined, () => undefined)
    const message = `Cannot explore thread ${this.#name()}: its body is asynchronous, and only synchronous code can be`
    throw new ExploreError("promise", message)
  }

  #name(): string {
    return this.#code.threadNames[this.#thread]!
  }

  #tellNondeterminism(what: string): void {
    const message = `Thread ${this.#name()} is not deterministic: run again with the same values, ${what}`
    this.#machine.fail({ verdict: "nondeterminism", message })
  }

  /** Brings the shared memory to what it was when the log was so long. */
  #forward(logged: number): void {
    const { sharedWords, logWord, logNew } = this.#machine.memory
    for (let at = this.#forwarded; at < logged; at++) sharedWords[logWord[at]!] = logNew[at]!
    if (logged > this.#forwarded) this.#forwarded = logged
  }

  #unwind(): never {
    this.#unwinding = true
    throw UNWIND
  }

  visit(operation: number, given: IntegerView, index: unknown, a: unknown, b: unknown, timeoutMs: unknown): unknown {
    const view = targetOf(given)
    if (!ArrayBuffer.isView(view) || view.buffer !== (this.#machine.memory.shared as ArrayBufferLike)) return NOT_OURS
    if (this.#unwinding) this.#swallowed.again(this.#thread)
    const type = typeNumber(view)
    const at = index === undefined ? 0 : Math.trunc(Number(index)) || 0
    // The platform says what is wrong.
    if (type < 0 || at < 0 || at >= view.length) return NOT_OURS
    if ((operation === WAIT || operation === NOTIFY) && type !== INT32 && type !== BIG_INT64) return NOT_OURS
    const bytes = view.BYTES_PER_ELEMENT
    const start = view.byteOffset + at * bytes
    if (operation === NOTIFY) {
      const count = a === undefined ? Infinity : Math.max(0, Math.trunc(Number(a)) || 0)
      return this.#operate(operation, type, start, start + bytes, count, 0, false)
    }
    const first = operation === LOAD ? 0 : coerce(a, type, operation)
    const second = operation === COMPARE_EXCHANGE ? coerce(b, type, operation) : 0
    const finite = operation === WAIT && timeoutMs !== undefined && Number(timeoutMs) < Infinity
    return this.#operate(operation, type, start, start + bytes, first, second, finite)
  }

  refuse(name: string): void {
    if (this.#unwinding) this.#swallowed.again(this.#thread)
    const message = `Cannot explore ${name}: its promise is settled by the event loop, which does not turn here`
    this.#refusal = new ExploreError("wait-async", message)
    throw this.#refusal
  }

  relax(): void {
    this.#relaxed = true
  }

  visitLifetime(free: boolean, start: number, bytes: number): void {
    if (this.#unwinding) this.#swallowed.again(this.#thread)
    this.#operate(free ? FREE : ALLOCATE, 0, start, start + bytes, 0, 0, false)
  }

  visitPlain(offset: number, bytes: number, write: boolean, before?: Value, after?: Value): void {
    if (this.#unwinding || this.#position < this.#own.length) return
    if (this.#auditing || this.#fetchingSites || this.#probing !== undefined) return
    const at = this.tracing ? captureAt() : ""
    const access: PlainAccess = { offset, bytes, write, at, before, after }
    ;(this.#accesses ??= []).push(access)
  }

  #operate(operation: number, type: number, start: number, end: number, a: Value, b: Value, finite: boolean): unknown {
    if (this.#position < this.#own.length) return this.#replay(operation, type, start, a, b)
    if (this.#probing !== undefined) return this.#probe(operation, type, start, a, b)
    if (this.#auditing || this.#fetchingSites) {
      const now = this.#machine.points[this.#thread]!
      const pending = now.operation === WAKE ? now.parent! : now
      if (!isSame(pending, operation, type, start, a, b)) this.#tellNondeterminism("its next operation differs")
      else if (this.#fetchingSites) pending.site = captureStack()
      this.#unwind()
    }
    const point = this.#arrive(operation, type, start, end, a, b, finite)
    this.#placeOf(point)
    if (operation < NOTIFY) this.#machine.widths.note(start, end)
    this.#enter(point)
    if (this.#own.length === 0 || this.#siteless !== undefined) this.#unwind()
    return this.#pump()
  }

  #placeOf(point: Point): void {
    if (this.#wantsSites[this.#thread] === true) point.site = captureStack()
    if (this.tracing) point.at = captureAt()
  }

  /** An operation that was executed already. */
  #replay(operation: number, type: number, start: number, a: Value, b: Value): unknown {
    const machine = this.#machine
    // What was said on the way to an operation long past says nothing of the next new one.
    this.#relaxed = false
    let depth = this.#own[this.#position++]!
    const point = machine.point[depth]!
    if (!isSame(point, operation, type, start, a, b)) {
      this.#tellNondeterminism("it comes to another operation")
      this.#unwind()
    }
    if (this.#fetchingSites && point.site === "") point.site = captureStack()
    if (operation === WAIT && machine.result[depth] !== "not-equal") {
      if (this.#position === this.#own.length) this.#unwind()
      depth = this.#own[this.#position++]!
    }
    this.#forward(machine.logAfter[depth]!)
    return machine.result[depth]
  }

  /** The thread is where it never was: makes its point. */
  #arrive(operation: number, type: number, start: number, end: number, a: Value, b: Value, finite: boolean): Point {
    const machine = this.#machine
    const last = this.#own.at(-1)
    if (last === undefined) return new Point(operation, type, start, end, a, b, finite, undefined, false, 0, 0, false)
    const parent = machine.point[last]!
    const { words } = machine.memory
    const word = (parent.start >> 3) << 1
    const changed = machine.logBefore[last] !== machine.logAfter[last]
    const pure = isPure(parent.operation, changed) && machine.result[last] !== "ok" && !this.#wrote()
    const [seen, seen2] = [words[word] ?? 0, words[word + 1] ?? 0]
    return new Point(operation, type, start, end, a, b, finite, parent, pure, seen, seen2, this.#relaxed)
  }

  /** Whether the code wrote plainly since its last operation. */
  #wrote(): boolean {
    return this.#accesses?.some(({ write }) => write) === true || firstDifference(this.#machine.memory) >= 0
  }

  /** Ties a new point to the one before, with what the code did in between. */
  #enter(point: Point): void {
    const machine = this.#machine
    const { memory } = machine
    const last = this.#own.at(-1)
    const accesses = this.#accesses
    const writes = plainWrites(memory)
    this.#accesses = undefined
    if (last === undefined) {
      machine.points[this.#thread] = point
      const initial = withUnseenWrites(accesses, writes, memory)
      for (let i = 0; i < (writes?.length ?? 0); i += 2) memory.write(writes![i]!, writes![i + 1]!)
      this.initialAccesses[this.#thread] = initial
      if (initial !== undefined) machine.plain = true
      if (point.threw) machine.failThrown(this.#thread, point.value)
      return
    }
    const code = codeOf(machine.result[last]!)
    const seen = withUnseenWrites(accesses, writes, memory)
    if (seen !== undefined) machine.plain = true
    const transition = new Transition(machine.check(code), point, writes, seen)
    machine.point[last]!.add(machine.key(code), transition)
    machine.follow(this.#thread, last, transition)
    this.#forwarded = memory.logged
    this.#findSpin(point)
    this.#relaxed = false
  }

  #findSpin(point: Point): void {
    if (point.operation === END) return
    if (this.#relaxed) point.guard = guardOfRelax(point)
    else if (this.#code.automaticSpins && hasRepeatedRounds(point)) this.#siteless = point
  }

  /** Steps whoever is to be stepped; comes back while that is this thread and its code is where the thread is. */
  #pump(): unknown {
    const machine = this.#machine
    let stale = false
    for (;;) {
      const chosen = machine.search.choose()
      if (chosen < 0) {
        this.ended = true
        this.#unwind()
      }
      const known = machine.advance(chosen)
      const depth = machine.depth - 1
      if (chosen === this.#thread) {
        if (machine.result[depth] === ASLEEP) this.#own.push(depth)
        else if (known) stale = true
        else if (!stale) return this.#goOn(depth)
      }
      if (!known) {
        this.missed = chosen
        this.#unwind()
      }
    }
  }

  #goOn(depth: number): unknown {
    this.#relaxed = false
    this.#own.push(depth)
    this.#position = this.#own.length
    this.#forward(this.#machine.logAfter[depth]!)
    return this.#machine.result[depth]
  }
}

function isSame(point: Point, operation: number, type: number, start: number, a: Value, b: Value): boolean {
  return point.operation === operation && point.start === start && point.type === type && point.a === a && point.b === b
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function"
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function"
}

/** An argument as the platform would take it: truncated for comparing, but `store` gives back the whole integer. */
function coerce(value: unknown, type: number, operation: number): Value {
  // Both throw a TypeError for what is of the other kind, as the platform does.
  if (type >= BIG_INT64) {
    const narrow = BigInt.asIntN(64, value as bigint)
    return operation === STORE ? (value as bigint) : narrow
  }
  const integer = Math.trunc(+(value as number)) || 0
  return operation === STORE ? integer : integer | 0
}
