/**
 * Runs the code of a thread, by unwinding and replaying.
 *
 * To stop a thread, a private token is thrown out of its pending operation. To go on, its function is called again:
 * each operation that was executed before gives back what it gave back then, and in front of it the shared memory is set
 * to what it was then (along the log), so that plain reads repeat, too. Behind the last one the thread is where it was.
 */
import { NOT_OURS } from "../platform/atomics.js"
import { Call } from "../platform/call.js"
import { Determinism } from "../platform/determinism.js"
import { ASLEEP } from "./machine.js"
import { isOver, Looks } from "./looks.js"
import type { Again, ThreadCode } from "./looks.js"
import type { Machine } from "./machine.js"
import { slot } from "../platform/native.js"
import type { Runner } from "../platform/native.js"
import { ALLOCATE, END, FREE, NOTIFY, RESUME, START, WAIT, WAIT_ASYNC, WAKE } from "../platform/operation.js"
import type { IntegerView, Value } from "../platform/operation.js"
import { Point, Transition } from "./point.js"
import type { PlainAccess } from "./point.js"
import { ExploreError } from "../refusal.js"
import type { RefusalCode } from "../refusal.js"
import { refuseUnfinished } from "./functions.js"
import { isShared, unwatch, watch } from "../platform/constructors.js"
import { turningNow } from "../platform/event-loop.js"
import { unwatchTasks, watchTasks } from "../platform/tasks.js"
import type { OwnBuffers } from "./own-buffers.js"
import type { Messages } from "./messages.js"
import { Turn } from "./turn.js"
import type { Mail } from "./turn.js"
import { targetOf } from "../platform/targets.js"
import { Rerun } from "./rerun.js"
import { captureAt, captureStack, enter, isCalledByPlatform } from "../platform/sites.js"
import { isPure } from "./spin.js"
import { plainWrites, unseenView, withUnseenWrites } from "./shadow.js"
import { Swallowed, UNWIND } from "../platform/unwind.js"
import type { Observer } from "../platform/observer.js"

/** So much without a single operation is a loop without end: meanwhile no other thread changes anything. */
const MOST_QUIET = 1_000_000
/** What one look in vain of `until` counts for: it is a wait, and nothing else. */
const LOOK = 1_000

/** So many steps after a cut have their places told. */
const TRACED_AFTER_CUT = 1_000

export interface Code extends ThreadCode {
  readonly state: unknown
  readonly buffers: OwnBuffers
  /** Of threads that may be asynchronous. */
  readonly messages: Messages | undefined
  /** Whether a thread that accesses memory plainly before its first operation does so in a step of its own. */
  readonly ordersStarts: boolean
}

export class Body implements Runner, Observer, Again {
  /** Whether each operation's place in the code is wanted. */
  tracing = false
  /** Whether that of each operation that is come to anew is. */
  covering = false
  private placeOfStack: Map<string, string> | undefined = undefined
  /** Set when the execution has ended while a thread's code was running. */
  ended = false
  /** The thread whose code has to run next. */
  missed = -1
  private readonly machine: Machine
  private readonly code: Code
  private readonly determinism: Determinism
  private readonly swallowed: Swallowed
  /** First word that the code has written plainly since its last operation; -1 for none. Looked for once, at the next one. */
  private firstWritten = -1
  /** Of the plain writes before a thread's first operation, where they are no step: its part of the log. */
  private readonly initialLog: [from: number, to: number][] = []
  private readonly call = new Call()
  /** What the last call was on, if that is the model's own memory. */
  private view: IntegerView | undefined = undefined
  private thread = -1
  private readonly rerun: Rerun
  private unwinding = false
  /** Whether all views that it makes in this run are seen: those of the first buffer of all, in the run that makes it, need not be. */
  private watchesViews = false
  /** It has assumed what is not so. */
  private dropped = false
  /** It would have ended the process. */
  private exited: Error | undefined = undefined
  private relaxed = false
  /** Whether it waits `until` something holds. */
  private awaits = false
  /** Looks in vain, hints and plain accesses since its last operation. */
  private quiet = 0
  private auditing = false
  /** Runs again for the call stacks of its last operations, so many: to note them all at once would cost more. */
  private fetchingSites = false
  private sitesWanted = 0
  private readonly looks: Looks
  /** Looks at the time until the last operation, and whether there was one since the last `relax()`. */
  private timeLooks = 0
  private lookedAtTime = false
  private accesses: PlainAccess[] | undefined = undefined
  private refusal: ExploreError | undefined = undefined
  /** Of threads that may be asynchronous. */
  readonly loop: Turn | undefined = undefined
  /** How often code of a thread was run, and in which run a buffer was first used that is not shared. */
  private runs = 0
  private buffers: WeakMap<ArrayBufferLike, number> | undefined = undefined
  /** Plain accesses before the first operations, where they are no step. */
  readonly initialAccesses: (readonly PlainAccess[] | undefined)[] = []
  /** Where each thread's code comes to first: the roots of what is known of them. */
  readonly firstPoints: Point[] = []

  constructor(machine: Machine, code: Code, seed: number) {
    this.machine = machine
    this.code = code
    this.rerun = new Rerun(machine)
    this.determinism = new Determinism(seed)
    this.swallowed = new Swallowed(code.threadNames)
    this.looks = new Looks(machine, this.rerun, code, this)
    machine.prober = this.looks
    const turning = turningNow()
    if (turning !== undefined && code.messages !== undefined)
      this.loop = new Turn(turning, this.mail(code.messages), (operation, a, b) => {
        if (this.unwinding) this.swallowed.again(this.thread)
        return this.operate(operation, 0, 0, 0, a, b, false)
      })
  }

  private mail(messages: Messages): Mail {
    const { buffers } = this.code
    return {
      numberOf: (message) => messages.numberOf(message),
      copyOf: (number) => messages.copyOf(number, buffers.makers),
      channel: (count) => messages.channel(`thread ${this.thread} ${count}`),
    }
  }

  get observer(): this {
    return this
  }

  /** Runs each thread to its first operation. Where that is a step, it is only seen that it is, and what it does if it comes first. */
  begin(): void {
    const machine = this.machine
    for (let thread = 0; thread < machine.loops.threads; thread++) {
      const from = machine.memory.logged
      this.initialLog[thread] = [from, from]
      this.run(thread)
      this.initialLog[thread] = [from, machine.memory.logged]
    }
  }

  /** Whether any thread's way to its first operation is a step. */
  get startsInSteps(): boolean {
    return this.firstPoints.some(({ operation }) => operation === START)
  }

  /** Where every execution's log begins: the plain writes before the first operations stay. */
  get base(): number {
    return this.initialLog.at(-1)?.[1] ?? 0
  }

  /** Runs a thread whose last event leads nowhere known yet, and on from there while it is the one to step. */
  discover(thread: number): void {
    this.run(thread)
    this.looks.decide(thread)
  }

  fetchSites(thread: number, wanted: number): void {
    this.fetchingSites = true
    this.sitesWanted = wanted
    this.run(thread)
    this.fetchingSites = false
  }

  /** Runs a thread again from its start to where it is, and sees whether it does the same. */
  audit(thread: number): void {
    this.auditing = true
    this.run(thread)
    this.auditing = false
  }

  run(thread: number): void {
    this.rewind(thread)
    this.runs++
    const { loop } = this
    const { buffers } = this.code
    buffers.rewind(thread)
    loop?.rewind()
    this.determinism.enter(thread)
    this.watchesViews = buffers.watchesViews
    watch(buffers.makers, this.watchesViews)
    if (loop !== undefined) watchTasks()
    slot.runner = this
    let value: unknown
    let threw = false
    try {
      value = enter(() => this.code.threads[thread]!(this.code.state))
      if (loop !== undefined) value = loop.settle(value, () => this.unwinding)
    } catch (error) {
      value = error
      threw = true
    } finally {
      loop?.leave()
      slot.runner = undefined
      if (loop !== undefined) unwatchTasks()
      unwatch()
      this.determinism.leave()
    }
    if (threw && value instanceof ExploreError) throw value
    if (this.refusal !== undefined) throw this.refusal
    if (!threw && loop === undefined && isObject(value)) refuseUnfinished(`thread ${this.name()}`, value)
    // Whatever the code made of the token: it stopped, and what it did since had no effect.
    if (this.dropped) this.finish(undefined, false)
    else if (this.exited !== undefined) this.finish(this.exited, true)
    else if (!this.unwinding) this.finish(value, threw)
  }

  /** Before the thread's first instruction, again. */
  rewind(thread: number): void {
    this.thread = thread
    this.unwinding = false
    this.dropped = false
    this.exited = undefined
    this.relaxed = this.awaits = false
    this.quiet = 0
    this.accesses = undefined
    this.timeLooks = 0
    this.lookedAtTime = false
    this.rerun.rewind(thread, this.initialLog[thread]![0])
    if (this.rerun.repeats && this.code.ordersStarts) this.passStart()
  }

  /** The start itself does nothing: memory is as others have left it until then. */
  private passStart(): void {
    const { machine, rerun } = this
    const first = rerun.own[0]!
    if (machine.point[first]!.operation === START) rerun.forward(machine.logAfter[rerun.next()]!)
  }

  /** The body has returned, or thrown something of its own. */
  private finish(value: unknown, threw: boolean): void {
    if (this.rerun.repeats) {
      this.tellNondeterminism("it ended, where it went on before")
      return
    }
    const { probing } = this.looks
    if (probing !== undefined) {
      probing.ended = true
      return
    }
    if (this.auditing || this.fetchingSites) {
      const now = this.machine.points[this.thread]!
      if (now.operation !== END || now.threw !== threw || (!isObject(value) && !Object.is(now.value, value)))
        this.tellNondeterminism("it ended otherwise than before")
      return
    }
    const point = this.arrive(END, 0, 0, 0, 0, 0, false)
    point.value = value
    point.threw = threw
    point.dropped = this.dropped
    this.enter(point)
  }

  private name(): string {
    return this.code.threadNames[this.thread]!
  }

  private tellNondeterminism(what: string): void {
    const message = `Thread ${this.name()} is not deterministic: run again with the same values, ${what}`
    this.machine.fail({ verdict: "nondeterminism", message })
  }

  private unwind(): never {
    this.unwinding = true
    throw UNWIND
  }

  visit(operation: number, given: IntegerView, index: unknown, a: unknown, b: unknown, timeoutMs: unknown): unknown {
    const call = this.call
    const isOurs = given === this.view || this.lookAt(given)
    if (operation === WAIT_ASYNC && this.loop === undefined)
      this.refuse(
        "wait-async",
        "calls Atomics.waitAsync, whose promise is settled by the event loop, which does not turn here",
      )
    if (!isOurs || !call.read(operation, index, a, b, timeoutMs)) return NOT_OURS
    if (this.unwinding) this.swallowed.again(this.thread)
    const result = this.operate(operation, call.type, call.start, call.end, call.a, call.b, call.finite)
    return operation === WAIT_ASYNC ? this.loop!.promise(result as string) : result
  }

  /** Whether a view shows memory that is explored. One of the model's own, which most code uses, need not be looked at again. */
  private lookAt(given: IntegerView): boolean {
    const view = targetOf(given)
    const { memory } = this.machine
    const isOwn = ArrayBuffer.isView(view) && view.buffer === (memory.shared as ArrayBufferLike)
    const base = isOwn ? 0 : this.baseOf(view)
    if (!isOwn && base >= 0 && view === given && this.watchesViews) this.noteUnseenView(view)
    this.view = isOwn ? given : undefined
    if (base >= 0) this.call.look(base, view)
    return base >= 0
  }

  /** Of a buffer of this model, which code can read through it plainly as well. */
  private noteUnseenView(view: IntegerView): void {
    const { buffers } = this.code
    if (!buffers.isMadeHere(view.buffer)) return
    const { name } = this.machine.memory.ownAt(this.machine.memory.baseOf(view.buffer))!
    this.noteUnseen(name, view)
  }

  private noteUnseen(buffer: string, view?: ArrayBufferView): void {
    const { unseen } = this.machine
    const key = `${this.name()} ${buffer}`
    if (!unseen.has(key)) unseen.set(key, `Thread ${this.name()} uses ${unseenView(view, buffer)}`)
  }

  /** Plain writes that left a trace, and nobody told of. WebAssembly writes so as well: its memory, which is frozen, is known to be seen so. */
  private noteUntold(writes: readonly PlainAccess[]): void {
    for (const { offset } of writes) {
      const own = this.machine.memory.ownAt(offset)
      if (own === undefined || Object.isFrozen(own.buffer) || !this.code.buffers.isMadeHere(own.buffer)) continue
      this.noteUnseen(own.name)
    }
  }

  /** Where the bytes of a view's buffer lie among all: of shared memory that the code has from elsewhere, too. */
  private baseOf(view: unknown): number {
    const { buffers } = this.code
    if (!ArrayBuffer.isView(view)) return -1
    if (this.machine.memory.baseOf(view.buffer) < 0) {
      if (isCalledByPlatform()) return -1
      if (!isShared(view.buffer)) this.refuseKept(view.buffer)
    }
    return buffers.baseOf(view)
  }

  await(): void {
    if (this.unwinding) this.swallowed.again(this.thread)
    this.quiet += LOOK
    if (this.quiet > MOST_QUIET)
      this.refuse("own-memory", "waits until something holds that it does not look up in shared memory, by Atomics")
    this.relaxed = this.awaits = true
  }

  /** As if it had thrown, but that nobody can catch it. */
  exit(call: string): never {
    if (this.unwinding) this.swallowed.again(this.thread)
    this.exited = new Error(`It calls ${call}`)
    this.unwind()
  }

  /** Memory that is not shared, and kept from one run of the code to the next. */
  private refuseKept(buffer: ArrayBufferLike): void {
    this.buffers ??= new WeakMap()
    const since = this.buffers.get(buffer) ?? this.runs
    this.buffers.set(buffer, since)
    if (since !== this.runs)
      this.refuse("own-memory", `uses an ArrayBuffer of ${buffer.byteLength} bytes that it did not make in this run`)
  }

  refuse(code: RefusalCode, what: string): never {
    if (this.unwinding) this.swallowed.again(this.thread)
    const at = captureAt()
    this.refusal = new ExploreError(code, `Cannot explore thread ${this.name()}: ${at === "" ? "it" : at} ${what}`)
    this.unwinding = true
    throw this.refusal
  }

  relax(): void {
    if (++this.quiet > MOST_QUIET) this.refuseQuiet()
    this.relaxed = true
  }

  /** It spins, and what it waits for does not come: other threads run at its operations only. */
  private refuseQuiet(): never {
    const many = MOST_QUIET.toLocaleString("en")
    return this.refuse(
      "own-memory",
      `reads and writes plainly, or calls relax(), ${many} times without an operation in between: what it waits for must be read by Atomics.load`,
    )
  }

  drop(): void {
    if (this.unwinding) this.swallowed.again(this.thread)
    this.dropped = true
    this.machine.assumes = true
    this.unwind()
  }

  visitLifetime(free: boolean, start: number, bytes: number): void {
    if (this.unwinding) this.swallowed.again(this.thread)
    this.operate(free ? FREE : ALLOCATE, 0, start, start + bytes, 0, 0, false)
  }

  visitPlain(buffer: ArrayBufferLike, at: number, bytes: number, write: boolean, before?: Value, after?: Value): void {
    if (++this.quiet > MOST_QUIET) this.refuseQuiet()
    if (this.unwinding || this.rerun.repeats) return
    if (this.auditing || this.fetchingSites || this.looks.probing !== undefined) return
    const base = this.machine.memory.baseOf(buffer)
    if (base < 0) return
    const access: PlainAccess = {
      offset: base + at,
      bytes,
      write,
      at: this.tracesHere ? captureAt() : "",
      before,
      after,
    }
    ;(this.accesses ??= []).push(access)
  }

  /** Once for each place. */
  visitUnseen(how: string): void {
    const { unseen } = this.machine
    const place = captureAt()
    const at = place === "" ? "" : ` at ${place}`
    unseen.set(place, `Thread ${this.name()} reads shared memory by ${how}${at}, and what that reads is not seen`)
  }

  private operate(
    operation: number,
    type: number,
    start: number,
    end: number,
    a: Value,
    b: Value,
    finite: boolean,
  ): unknown {
    this.quiet = 0
    const { looks } = this.determinism
    if (looks !== this.timeLooks) this.lookedAtTime = true
    this.timeLooks = looks
    if (this.rerun.repeats) return this.replay(operation, type, start, a, b)
    const { probing } = this.looks
    if (probing !== undefined) {
      const seen = this.looks.look(probing, operation, type, start, a, b, finite)
      if (isOver(probing)) this.unwind()
      return seen
    }
    if (this.auditing || this.fetchingSites) {
      const now = this.machine.points[this.thread]!
      const pending = now.operation === WAKE ? now.parent! : now
      if (!pending.is(operation, type, start, a, b)) this.tellNondeterminism("its next operation differs")
      else if (this.fetchingSites) pending.site = captureStack()
      this.unwind()
    }
    const point = this.arrive(operation, type, start, end, a, b, finite)
    if (this.tracing || this.covering) this.placeOf(point)
    if (operation < NOTIFY || operation === WAIT_ASYNC) this.machine.widths.note(start, end)
    this.enter(point)
    // One execution goes on in another's microtasks only if it needs none of its own.
    if (this.loop !== undefined) this.unwind()
    if (this.rerun.own.length === 0 || this.looks.stops) this.unwind()
    return this.pump()
  }

  /** Not all along an end without end: a place costs as much as a thousand steps. */
  private get tracesHere(): boolean {
    return this.tracing && this.machine.depth - this.machine.cutAt < TRACED_AFTER_CUT
  }

  private placeOf(point: Point): void {
    if (this.tracesHere) point.at = captureAt()
    else if (this.covering) point.at = this.placeByStack()
  }

  /** The call stack is known in microseconds; what source maps make of it takes milliseconds, and is asked once. */
  private placeByStack(): string {
    const stack = captureStack()
    this.placeOfStack ??= new Map()
    const at = this.placeOfStack.get(stack) ?? captureAt()
    this.placeOfStack.set(stack, at)
    return at
  }

  /** An operation that was executed already. */
  private replay(operation: number, type: number, start: number, a: Value, b: Value): unknown {
    const machine = this.machine
    this.machine.repeated++
    // What was said on the way to an operation long past says nothing of the next new one.
    if (this.relaxed) this.lookedAtTime = false
    this.relaxed = this.awaits = false
    let depth = this.rerun.next()
    const point = machine.point[depth]!
    if (!point.is(operation, type, start, a, b)) {
      this.tellNondeterminism("it comes to another operation")
      this.unwind()
    }
    if (this.fetchingSites && point.site === "" && this.rerun.left < this.sitesWanted) point.site = captureStack()
    if (operation === WAIT && machine.result[depth] !== "not-equal") {
      if (!this.rerun.repeats) this.unwind()
      depth = this.rerun.next()
    }
    this.rerun.forward(machine.logAfter[depth]!)
    return machine.result[depth]
  }

  /** The thread is where it never was: makes its point. */
  private arrive(
    operation: number,
    type: number,
    start: number,
    end: number,
    a: Value,
    b: Value,
    finite: boolean,
  ): Point {
    const machine = this.machine
    const last = this.rerun.own.at(-1)
    this.firstWritten = machine.memory.firstDifference()
    if (last === undefined) {
      const own = this.code.ordersStarts ? this.startOf() : undefined
      return new Point(operation, type, start, end, a, b, finite, own, false, 0, 0, false)
    }
    const parent = machine.point[last]!
    const { words } = machine.memory
    const word = (parent.start >> 3) << 1
    const changed = machine.logBefore[last] !== machine.logAfter[last]
    const result = machine.result[last]!
    const told = typeof result === "string" && isWoken(result)
    const pure = isPure(parent.operation, changed) && !told && !this.wrote()
    // Of what arrives, it has seen what it was.
    const isTold = parent.operation === RESUME || parent.operation === WAIT_ASYNC
    const seen = isTold ? hashOf(String(result)) : (words[word] ?? 0)
    const seen2 = words[word + 1] ?? 0
    return new Point(operation, type, start, end, a, b, finite, parent, pure, seen, seen2, this.relaxed)
  }

  /** Whether the code wrote plainly since its last operation. */
  private wrote(): boolean {
    return this.firstWritten >= 0 || this.accesses?.some(({ write }) => write) === true
  }

  /** Ties a new point to the one before, with what the code did in between. */
  private enter(point: Point): void {
    const machine = this.machine
    const { memory } = machine
    const last = this.rerun.own.at(-1)
    const accesses = this.accesses
    const writes = this.firstWritten < 0 ? undefined : plainWrites(memory, this.firstWritten)
    const seen = writes === undefined ? accesses : withUnseenWrites(accesses, writes, memory)
    if (seen !== undefined) machine.plain = true
    if (writes !== undefined && this.watchesViews) this.noteUntold(seen?.slice(accesses?.length ?? 0) ?? [])
    this.accesses = undefined
    if (last === undefined && point.parent !== undefined) {
      this.expectStart(point.parent, point, writes, seen)
      return
    }
    if (last === undefined) {
      machine.points[this.thread] = point
      this.firstPoints[this.thread] = point
      for (let i = 0; i < (writes?.length ?? 0); i += 2) memory.write(writes![i]!, writes![i + 1]!)
      this.initialAccesses[this.thread] = seen
      if (point.threw) machine.failThrown(this.thread, point.value)
      return
    }
    machine.learn(this.thread, last, point, writes, seen)
    this.rerun.caughtUp()
    // Who looks at the time as well does not wait for a change only. Before its first operation, a thread has looked at nothing.
    if (machine.point[last]!.operation !== START)
      this.looks.find(this.thread, point, this.relaxed && !this.lookedAtTime, this.awaits)
    if (this.relaxed) this.lookedAtTime = false
    this.relaxed = this.awaits = false
  }

  /** The step that the way to a thread's first operation is, if it is one. */
  private startOf(): Point | undefined {
    if (this.accesses === undefined && this.firstWritten < 0) return undefined
    return new Point(START, 0, 0, 0, 0, 0, false, undefined, false, 0, 0, false)
  }

  /** The thread stands before its start. What it just did is what it does if it comes first, and nothing of it has happened. */
  private expectStart(
    start: Point,
    next: Point,
    writes: Int32Array | undefined,
    accesses: readonly PlainAccess[] | undefined,
  ): void {
    const { machine, thread } = this
    start.add(new Transition(machine.key(0), machine.memory.hash2, 0, next, writes, accesses))
    machine.points[thread] = start
    this.firstPoints[thread] = start
  }

  /** Steps whoever is to be stepped; comes back while that is this thread and its code is where the thread is. */
  private pump(): unknown {
    const machine = this.machine
    let stale = false
    for (;;) {
      const chosen = machine.search.choose()
      if (chosen < 0) {
        this.ended = true
        this.unwind()
      }
      const known = machine.advance(chosen)
      const depth = machine.depth - 1
      if (chosen === this.thread) {
        if (machine.result[depth] === ASLEEP) this.rerun.add(depth)
        else if (known) stale = true
        else if (!stale) return this.goOn(depth)
      }
      if (!known) {
        this.missed = chosen
        this.unwind()
      }
    }
  }

  private goOn(depth: number): unknown {
    this.relaxed = this.awaits = false
    this.rerun.add(depth)
    this.rerun.forward(this.machine.logAfter[depth]!)
    return this.machine.result[depth]
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}

/** Whether something was told to who waited. */
function isWoken(result: string): boolean {
  return result.endsWith("ok") || result.startsWith("post")
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function"
}
