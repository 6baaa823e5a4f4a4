/** This thread's attachment to a heap: through it everything is done. */
import { dispose } from "../dispose.js"
import { Address, Kind, Size, Header, Thread as ThreadRecord } from "../../built/layout.js"
import { type Synchronous, callable, overBy, synchronous } from "../entrance/functions.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show, wholeNumber, wideNumber } from "../entrance/numbers.js"
import { given, listOf, optionsOf, text } from "../entrance/words.js"
import { HeapError, combined, errnoError, runAll, withCleanup } from "../errors.js"
import { handleOn } from "../fence/handle-on.js"
import { type ModuleDefinition, defineModule } from "../fence/definition.js"
import { Fence, type SharedFence, fenceIn } from "../fence/fence.js"
import type { IssuerThread } from "../fence/issuer-thread.js"
import { Module, loadModule } from "../fence/module.js"
import type { Answer, AskingEngine } from "../host/asking.js"
import type { Engine, EngineHost } from "../host/engine.js"
import { hex, hostOops } from "../host/oops.js"
import { writeExactTime } from "../host/thread-host.js"
import type { IssuerRecord } from "../issuer/issuer-record.js"
import { issuerParts } from "../issuer/parts.js"
import type { SharedLock } from "../issuer/shared-lock.js"
import type { Work } from "../issuer/work.js"
import type { HeapMemory, ThreadInfo } from "../memory/heap-memory.js"
import { diagnostics } from "../memory/diagnostics.js"
import { enterSeat, isBusyHere, leaveSeat } from "../memory/answerers.js"
import { checkName, writeName } from "../name.js"
import { noteSeat } from "../seat/assert-seat.js"
import type { SharedObjectToken } from "../composite/shared-object.js"
import { A_FENCE, isTransfer } from "../seat/transfer-token.js"
import { transfers } from "../seat/transferring.js"
import { assertOfHeap, checkToken, staleToken } from "../seat/handle.js"
import type { RecordKind, Seat } from "../seat/seat.js"
import { lingering } from "../waiting/lingering.js"
import { Mailbox } from "../waiting/mailbox.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { deadEngine } from "./dead-engine.js"
import { hostFor } from "./engine-host.js"
import {
  type GraceOutcome,
  Passed,
  type Steps,
  barrierSteps,
  gracePeriod,
  roomSteps,
  stepUntil,
} from "../waiting/grace.js"
import { IssuerCalls } from "./issuer-calls.js"
import { PutOffDrops } from "./put-off-drops.js"
import { threadParts } from "./parts.js"
import type { Watch, WatchOptions } from "./watch.js"
import type { RunWorksOptions, Works } from "./works.js"
import { MADE } from "../seat/made.js"
import { INSPECT } from "../seat/shown.js"

/** How many grace periods to wait for before reporting the heap as full: others may be quicker to take what comes back. */
const MOST_ATTEMPTS = 8
/** And for how long in all: a reader may stay in its section for ever. */
const ROOM_MS = 250

/** What a thread needs of the heap that it is attached to. */
export interface ThreadHooks {
  instantiate(host: EngineHost): Engine
  /** It has left by itself. */
  forget(thread: Thread): void
  /** It has cleared up after a thread that died; one of these may be in this very JavaScript thread. */
  evict(dead: number): void
  /** Does something in a seat taken for a moment, which has linked these modules. */
  momentarily(body: (seat: Seat) => void, modules: readonly ModuleDefinition[]): void
}

/** How a thread joins. */
export interface AttachOptions {
  /** Shown in errors, warnings and traces. Default: "thread-" and a number. */
  readonly name?: string
  /** Modules whose functions this thread can be asked to call. */
  readonly modules?: readonly ModuleDefinition[]
}

/**
 * A thread's attachment to a heap. Cannot be shared between threads.
 * @example
 * const thread = heap.attach({ name: "compositor", modules: [gpu] })
 */
export class Thread implements IssuerThread {
  readonly heap: HeapMemory
  readonly name: string
  readonly words: Int32Array
  /** The raw engine API: addresses, no handles. Arguments are not validated in release. */
  engine: Engine
  /** @internal The same; what may ask issuers answers with something that must be `told`. */
  ask: AskingEngine
  /** @internal */
  readonly isChecked: boolean
  /** @internal */
  readonly mail: Mailbox
  readonly #hooks: ThreadHooks
  readonly #issuers: IssuerCalls
  readonly #linked: ReadonlyMap<string, ModuleDefinition>
  #works: Works | undefined
  readonly #watches = new Set<Watch>()
  #record: number
  readonly #putOff: PutOffDrops
  /** Issuers' functions threw, and nobody was told yet, or let go of something: kept here too, for it is asked after each call. */
  #isUntold = false
  /** The engine, and the seat for as long as it is ours: a thread that leaves may need both a little longer. */
  readonly #real: Engine
  #taken = 0
  #token = 0
  /** Modules' ends that are running in it. */
  #ends = 0
  #whyGone = "it is detached"
  #leaving: Promise<void> | undefined

  /** @internal Use `heap.attach`. */
  constructor(heap: HeapMemory, hooks: ThreadHooks, options: AttachOptions) {
    this.heap = heap
    this.words = heap.words
    this.isChecked = heap.isChecked
    this.#hooks = hooks
    const { name = "", modules = [] } = optionsOf("a thread", options)
    checkName(text("the name of a thread", name))
    const definitions = listOf("modules", modules).map(defineModule)
    this.#linked = new Map(definitions.map((definition) => [definition.name, definition]))
    const twice = definitions.find((one) => this.#linked.get(one.name) !== one)
    if (twice) throw new TypeError(`Cannot attach a thread with two modules of the name "${twice.name}"`)
    this.#issuers = new IssuerCalls(this, this.#linked)
    this.#putOff = new PutOffDrops(this)
    this.#record = 0
    this.name = name
    const engine = hooks.instantiate(hostFor(this))
    this.engine = engine
    this.ask = engine as unknown as AskingEngine
    const record = engine.attach()
    if (record === 0) {
      const capacity = heap.word(Header.threadCapacity)
      throw new HeapError("NO_THREAD", `Heap is full: ${capacity} of ${capacity} threads attached`)
    }
    this.#real = engine
    this.#record = record
    this.#taken = record
    this.name ||= heap.threadName(heap.word(record + ThreadRecord.id))
    writeName(this.words, record + ThreadRecord.name, this.name)
    this.words[(record + ThreadRecord.named) >> 2] = heap.word(record + ThreadRecord.generation)
    this.#token = heap.word(record + ThreadRecord.id)
    enterSeat(this.words, record, this.name, () => this.#issuers.isCalling)
    this.mail = new Mailbox(this)
    noteSeat(this)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `Thread "${this.name}"${this.isAttached ? "" : " (detached)"}`
  }

  /** Address of the thread record. @throws HeapError DETACHED */
  get record(): number {
    if (this.#record === 0) throw this.#gone()
    return this.#record
  }

  get isAttached(): boolean {
    return this.#record !== 0
  }

  /** Finds a module by its name in the heap, or loads it. @throws HeapError FULL; ModuleError NOT_LIVE while one of that name is at its end (`teardown`); TypeError */
  load(definition: ModuleDefinition): Module {
    void this.record
    return loadModule(this, defineModule(definition))
  }

  /** The issuer's record that a token names. @throws RangeError for a word that is no token; OopsError DEAD_RECORD when it has been discarded */
  issuerRecord(token: number): IssuerRecord {
    void this.record
    return issuerParts().openIssuerRecord(this, token)
  }

  /** The lock that a token names. @throws RangeError for a word that is no token */
  sharedLock(token: number): SharedLock {
    void this.record
    return issuerParts().openSharedLock(this, token)
  }

  /** The fence that another thread has shared, or transferred, with a reference of our own. @throws FenceError STALE, FOREIGN, ALREADY_TAKEN; TypeError */
  open(shared: SharedFence): Fence {
    if (isTransfer(shared))
      return handleOn(this, transfers().takeTransfer(this, shared, "outlive-fence", "fence", A_FENCE))
    const { address, generation } = checkToken(this, shared, "outlive-fence", "fence", Kind.Fence)
    const opened = this.told(this.ask.open(this.record, address, generation), (fence) => this.dropFence(fence))
    if (opened === 0) throw staleToken("fence")
    return handleOn(this, address)
  }

  /**
   * Takes back what was transferred by a token, whoever sent it: true, and what it carried is given up; false when it had been
   * taken. @throws TypeError; FenceError FOREIGN, STALE; HeapError DETACHED
   */
  cancelTransfer(token: SharedObjectToken): boolean {
    return transfers().cancelTransfer(this, token)
  }

  /**
   * The fence that a cell (by its number, not its address) points to, with a reference of our own; undefined when it is empty.
   * @throws RangeError; FenceError EINVAL when the cell is used for something else
   */
  openAt(cell: number): Fence | undefined {
    const { engine, record } = this
    const at = this.#fenceCell(cell)
    const address = engine.tryAddRefAt(record, at)
    return address === 0 ? undefined : handleOn(this, address)
  }

  /**
   * Leaves a fence in a cell for others; the cell takes over the handle's reference. Returns what was there before.
   * @throws RangeError; TypeError; FenceError FOREIGN, STALE, EINVAL when the cell is used for something else
   */
  replaceAt(cell: number, fence: Fence | undefined): Fence | undefined {
    const { record } = this
    const address = this.#fenceCell(cell)
    if (fence !== undefined) fenceIn(this, fence)
    const before = this.engine.replace(address, fence ? fence.release() : 0)
    void record
    return before === 0 ? undefined : handleOn(this, before)
  }

  /** Address of a cell that is empty or points to a fence: a counter must not be taken for one. */
  #fenceCell(cell: number): number {
    const { engine, heap } = this
    const at = heap.cell(cell)
    const value = engine.readCell(at)
    if (value === 0 || value === engine.stub() || heap.isRecord(Kind.Fence, value)) return at
    throw errnoError("EINVAL", `Cannot use cell ${cell} for a fence: it holds ${value}, which is none`)
  }

  /** The fence that was always signaled. */
  stub(): Fence {
    return new Fence(MADE, this, this.addStub())
  }

  /** A fence of its own that was signaled at that time. @throws HeapError FULL; RangeError */
  privateStub(atNs: bigint): Fence {
    const { record } = this
    wideNumber("a time", atNs)
    const create = () => {
      writeExactTime(this.words, record, atNs)
      return this.engine.createStub(record)
    }
    return new Fence(MADE, this, this.make("fences", create))
  }

  /**
   * Runs something inside a read section: what it dereferences stays until it returns.
   * @throws TypeError for an async function: it would go on after the section has ended
   */
  read<T>(body: Synchronous<T>): T {
    synchronous("a body in a read section", body)
    this.engine.readLock(this.record)
    return withCleanup(
      () => overBy("a body in a read section", body()),
      () => {
        const { engine, record } = this
        if (engine.isReading(record)) engine.readUnlock(record)
      },
    )
  }

  /**
   * Enters a signaling section: from here on somebody may be waiting for what this thread is about to signal, so that it
   * must not wait for a fence itself. Returns what `endSignaling` wants. Watched in the checked flavour.
   */
  beginSignaling(): number {
    return this.engine.beginSignaling(this.record)
  }

  /** Leaves it; nested sections end with the outermost. */
  endSignaling(cookie: number): void {
    this.engine.endSignaling(this.record, wholeNumber("a cookie", cookie, 0, 1))
  }

  /** Says that what follows may wait for a fence. @throws OopsError WAIT_IN_SIGNALING, LOCK_ORDER (checked flavour) */
  mightWait(): void {
    this.engine.mightWait(this.record)
  }

  /** Gives the lock in a cell a class of its own, by name: cells without one are all of one class. @throws HeapError FULL after sixteen */
  nameLock(cell: number, name: string): void {
    void this.record
    checkName(text("the name of a lock", name))
    diagnostics?.nameLockClass(this.heap, this.heap.cell(cell), name)
  }

  /** Blocks until every read section that is open now has ended. @throws OopsError inside a read section; RangeError */
  synchronize(options?: WaitOptions): GraceOutcome {
    return this.#await(options, () => this.engine.synchronize(this.record), gracePeriod)
  }

  /** The same as a promise. */
  synchronizeAsync(options: AsyncWaitOptions = {}): Promise<GraceOutcome> {
    return this.#promise(options, gracePeriod)
  }

  /** Blocks until everything retired or deferred so far, by any thread, has been dealt with. @throws as `synchronize` */
  barrier(options?: WaitOptions): GraceOutcome {
    const outcome = this.#await(options, () => void this.told(this.ask.barrier(this.record)), barrierSteps)
    this.mail.deliver()
    return outcome
  }

  /** The same as a promise. */
  async barrierAsync(options: AsyncWaitOptions = {}): Promise<GraceOutcome> {
    const outcome = await this.#promise(options, barrierSteps)
    if (this.isAttached) this.mail.deliver()
    return outcome
  }

  /** Calls a function in this thread, once a grace period has passed; several in no particular order. @throws HeapError FULL; TypeError */
  defer(body: () => void): void
  /**
   * Calls a function of a module's (`ModuleDefinition.deferred`) once a grace period has passed, in whichever thread finds that
   * it has: `call_rcu`. Nothing keeps the module meanwhile: whoever unloads it calls `barrier` before, or the function is called in
   * a text that has gone (OopsError DEAD_TEXT, in that thread), or comes back into one (RETURN_INTO_DEAD_TEXT). A thread that has not
   * linked the module cannot call it: what it was doing throws ModuleError NOT_LINKED, and the function is lost. So link it in every thread.
   * @throws ModuleError NOT_LIVE when the module has gone, NOT_LINKED when it has no such function; FenceError FOREIGN; HeapError FULL; RangeError
   */
  defer(module: Module, name: string, argument?: number): void
  defer(what: (() => void) | Module, name?: string, argument = 0): void {
    if (what instanceof Module) threadParts().deferFunction(this, what, name, argument)
    else this.mail.defer(callable("a deferred function", what))
  }

  /** The work that a token names. @throws RangeError for a word that is no work's token; OopsError DEAD_RECORD when it has been discarded */
  work(token: number): Work {
    void this.record
    return issuerParts().openWork(this, token)
  }

  /**
   * Runs the works that are to be run now, each once, in order of queueing, those of timers last: how many. Of one module, or of all that this
   * thread has linked. With a time-out it waits, if there is none, until there is: sleeping, until one is queued or a timer's
   * time has come. What functions throw is thrown when all have been run.
   * @throws OopsError DEAD_TEXT for a work whose module has gone, RETURN_INTO_DEAD_TEXT for one under which it went; FenceError FOREIGN; RangeError
   */
  runWorks(options: RunWorksOptions = {}): number {
    return this.#served().runThese(options)
  }

  /** @internal */
  runWork(token: number): boolean {
    return this.#served().run(token)
  }

  #served(): Works {
    return (this.#works ??= new (threadParts().Works)(this, this.#linked))
  }

  /** Calls what has been delivered to this thread and not been called yet. The event loop does this by itself. */
  deliver(): void {
    void this.record
    this.mail.deliver()
  }

  /**
   * Tells of every fence of the heap that somebody, in any thread, has waited for too long: driver, timeline, context and
   * seqno, issuer, and who waits. A fence that completes in time is not told of, and what is told of is told once. Goes on
   * until it is stopped or this thread leaves; needs this thread's event loop, and keeps no process alive. One watch in a
   * heap is enough. @throws TypeError, RangeError for options that are none; HeapError DETACHED
   */
  watch(options: WatchOptions = {}): Watch {
    void this.record
    const watch = new (threadParts().Watch)(this, options, (ended) => void this.#watches.delete(ended))
    this.#watches.add(watch)
    return watch
  }

  /**
   * Clears up after a thread that has died: its read section, its locks, its stores, what it had begun. True if there was
   * something to do. What it held by handles, and by waits, stays in use, for only its code knew of them: references on fences and shared
   * objects, and its open timelines, which keep their modules loaded. `heap.accounts()` shows that, in the checked flavour by name.
   * The caller must know that it is dead: a thread that is only slow finds itself thrown out (DETACHED), in another JavaScript thread not
   * before it waits or detaches; until then its calls act in a seat that may be another's. In Node `exit` tells;
   * in a page `terminate()` does not, for a worker may go on for seconds after it (docs/guides/lifetimes-and-death.md).
   * @throws RangeError for what is no thread; FenceError FOREIGN for another heap's; HeapError DETACHED for this very
   * thread, HELD for another of this JavaScript thread that is in the middle of an operation
   */
  reclaim(dead: ThreadInfo | number): boolean {
    const { heap, record } = this
    const id = typeof dead === "number" ? dead : ((dead as ThreadInfo | undefined)?.id ?? 0)
    if (typeof dead !== "number" && id > 0) assertOfHeap(this, dead, `reclaim thread ${show(dead.name)}`)
    if (!this.#isSeat(id)) throw new RangeError(`Cannot reclaim ${show(dead)}: an entry of heap.threads() is needed`)
    if (id === record) throw new HeapError("DETACHED", `Cannot reclaim thread "${this.name}": it is the caller`)
    const generation = typeof dead === "number" ? heap.word(id + ThreadRecord.generation) : dead.generation
    wholeNumber("the generation of a thread", generation, -0x80000000, 0x7fffffff)
    if (isBusyHere(this.words, id)) throw new HeapError("HELD", "Cannot reclaim a thread that is in an operation here")
    const isDone = this.told(this.ask.reclaim(record, id, generation)) !== 0
    if (isDone) this.#hooks.evict(id)
    return isDone
  }

  /**
   * Leaves the heap. Promises of this thread reject with DETACHED, callbacks are taken down, deferred functions are
   * dropped; handles are good for `drop` only. Waits for nothing: while another thread holds the lock of something that
   * this one hangs on, its seat stays taken, and is given back as soon as the lock is.
   * @throws HeapError HELD while this thread holds a lock, is in a read section, or runs an issuer's function; DETACHED when it finds
   * only now that another has reclaimed it, as dead
   */
  detach(): void {
    if (this.#record === 0) return
    this.notice()
    const record = this.record
    const { ask, mail } = this
    this.#assertFree()
    runAll([
      () => this.#settlePutOff(),
      () => mail.close(new HeapError("DETACHED", `Thread "${this.name}" has detached`)),
      () => void this.told(ask.collect(record)),
      () => this.#leave("it is detached"),
      () => {
        // What it has put off while a lock was busy comes first.
        const tryVacate = () => mail.isEmptied() && this.#real.endTurn(record) > 0 && this.#vacate()
        if (!tryVacate()) this.#leaving = lingering(this.heap, { name: this.name, record }, tryVacate)
      },
    ])
  }

  /** The same; resolves when the seat is free again. Before a worker ends: what it has not given back by then is lost. */
  async detachAsync(): Promise<void> {
    this.detach()
    await this.#leaving
  }

  [dispose](): void {
    this.detach()
  }

  /**
   * @internal Whoever has reclaimed this thread in another JavaScript thread could tell it nothing: it looks where it waits and where it
   * leaves. Not at every call, for it may be reclaimed in the middle of one all the same.
   */
  notice(): void {
    const record = this.#record
    if (record === 0 || this.heap.word(record + ThreadRecord.state) === this.#token) return
    this.#taken = 0
    this.#leave("another has reclaimed it, as dead")
    runAll([() => this.mail.evict(this.#gone()), () => this.#settlePutOff()])
  }

  /** @internal */
  told(answer: Answer, undo?: (value: number, seat: Seat) => void): number {
    if (this.#isUntold) this.#tell(answer as unknown as number, undo)
    return answer as unknown as number
  }

  #tell(answer: number, undo: ((value: number, seat: Seat) => void) | undefined): void {
    const failure = this.#takeFailure()
    const errors = failure ? [failure.error] : []
    const undone = () => {
      try {
        undo?.(answer, this)
      } catch (error) {
        errors.push(error)
      }
    }
    if (failure) undone()
    // Within an issuer's function others are in the middle of theirs.
    if (!this.#issuers.isCalling) errors.push(...this.#putOff.settle())
    if (!failure && errors.length > 0) undone()
    if (errors.length > 0) throw combined(errors)
  }

  /** @internal */
  make(kind: RecordKind | (() => HeapError), create: () => number): number {
    const first = create()
    if (first !== 0) return first
    const limit = new Limit({ timeoutMs: ROOM_MS })
    if (this.#mayWaitForRoom())
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const outcome = stepUntil(this, roomSteps(this), limit)
        const address = create()
        if (address !== 0) return address
        if (outcome === "timed-out") break
      }
    throw typeof kind === "function" ? kind() : this.heap.fullError(kind)
  }

  /** Room comes from a grace period: who holds what a reader may want, or is a reader, must not wait for one. */
  #mayWaitForRoom(): boolean {
    const { engine, record } = this
    const section = engine.isReading(record) !== 0 ? "inside a read section" : ""
    const held = section || this.#issuers.isCalling ? 0 : engine.heldLock(record)
    // KERNEL: reserving allocates under the reservation's lock, and may sleep. No reader takes that lock.
    const isInTheWay = held !== 0 && !this.heap.isReservationLock(held)
    const where = section || (isInTheWay ? `while it holds the lock ${hex(held)}` : "")
    if (where !== "" && this.isChecked)
      throw hostOops(
        this.name,
        "WAIT_FOR_ROOM",
        `Thread "${this.name}" needs a record of a full heap ${where}: it would have to wait for a grace period`,
        held,
      )
    return where === "" && !this.#issuers.isCalling
  }

  /** @internal */
  addStub(): number {
    void this.record
    const address = this.engine.stub()
    this.engine.addRef(address)
    return address
  }

  /** @internal */
  dropFence(fence: number): void {
    if (fence === 0) return
    if (this.#record === 0) this.#dropFenceLate(fence)
    else if (this.#issuers.isCalling) this.#putOff.addFence(fence)
    else this.told(this.ask.dropRef(this.#record, fence))
  }

  /** @internal */
  dropObject(object: number): void {
    if (this.#record === 0) this.afterDetach((seat) => seat.dropObject(object))
    else if (this.#issuers.isCalling) this.#putOff.addObject(object)
    else this.told(this.ask.dropObjectRef(this.#record, object))
  }

  /** Apart from `dropFence`: a function with a closure makes room for it in every call. */
  #dropFenceLate(fence: number): void {
    this.afterDetach((seat) => seat.dropFence(fence))
  }

  /** @internal */
  afterDetach(body: (seat: Seat) => void): void {
    this.#hooks.momentarily(body, [...this.#linked.values()])
  }

  /** @internal */
  atEnd(body: () => void): void {
    this.#ends++
    try {
      body()
    } finally {
      this.#ends--
    }
  }

  /** @internal */
  tally(word: number, change: 1 | -1): void {
    if (this.isChecked && this.#record !== 0) this.words[(this.#record + word) >> 2]! += change
  }

  /** @internal An operation was broken off by an oops: puts the thread back; returns what an issuer threw before that. */
  recover(): unknown {
    if (this.#taken !== 0) this.#real.recover(this.#taken)
    if (this.#issuers.isCalling) return undefined
    const failure = this.#takeFailure()
    // Whoever is told next gives them back.
    this.#isUntold = !this.#putOff.isEmpty
    return failure?.error
  }

  #takeFailure(): { readonly error: unknown } | undefined {
    this.#isUntold = false
    return this.#issuers.takeFailure()
  }

  /** @internal */
  callOp(op: number, fence: number): number {
    // What the function itself asks of the engine is told to it, and no more.
    this.#isUntold = false
    const answer = this.#issuers.call(op, fence)
    this.#isUntold = this.#issuers.hasFailed || !this.#putOff.isEmpty
    return answer
  }

  /** @internal */
  warn(body: () => void): void {
    const wasUntold = this.#isUntold
    this.#isUntold = false
    this.#issuers.during(body)
    this.#isUntold = wasUntold || !this.#putOff.isEmpty
  }

  /** @internal */
  waitOp(op: number, fence: unknown, timeoutMs: number): void {
    this.#issuers.wait(op, fence as Fence, timeoutMs)
  }

  #settlePutOff(): void {
    const errors = this.#putOff.settle()
    if (errors.length > 0) throw combined(errors)
  }

  #await(options: WaitOptions | undefined, forEver: () => void, stepsOf: (seat: Seat) => Steps): GraceOutcome {
    const limit = new Limit(given(options, {}))
    // In a read section it would wait for itself: the engine says so.
    if (limit.timeoutMs === Infinity || this.engine.isReading(this.record) !== 0) {
      forEver()
      return "passed"
    }
    return stepUntil(this, stepsOf(this), limit)
  }

  #promise(options: AsyncWaitOptions, stepsOf: (seat: Seat) => Steps): Promise<GraceOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      if (this.engine.isReading(this.record) !== 0) this.engine.synchronize(this.record)
      return promiseUntil(this, new Passed(this, stepsOf(this)), limit, signal)
    })
  }

  #assertFree(): void {
    const { engine, record } = this
    const refuse = (why: string) => new HeapError("HELD", `Cannot detach thread "${this.name}": ${why}`)
    if (this.#issuers.isCalling) throw refuse("an issuer's function, or onWarning, is running in it")
    if (this.#ends > 0) throw refuse("a module's end is running in it")
    const held = engine.heldLock(record)
    // The lock of a shared object is in its first words: its handle shows the object.
    const object = held & ~Address.TagMask
    if (held !== 0)
      throw refuse(
        this.heap.isRecord(Kind.Object, object) ? `it holds object ${hex(object)}` : `it holds the lock ${hex(held)}`,
      )
    if (engine.isReading(record) !== 0) throw refuse("it is in a read section")
  }

  #leave(why: string): void {
    this.#hooks.forget(this)
    for (const watch of this.#watches) watch.stop()
    this.#whyGone = why
    this.#record = 0
    this.engine = deadEngine(() => this.#gone())
    this.ask = this.engine as unknown as AskingEngine
  }

  #vacate(): boolean {
    if (this.#real.detach(this.#taken) === 0) return false
    leaveSeat(this.words, this.#taken)
    this.#taken = 0
    return true
  }

  #gone(): HeapError {
    return new HeapError("DETACHED", `Cannot use thread "${this.name}": ${this.#whyGone}`)
  }

  #isSeat(id: number): boolean {
    if (!Number.isInteger(id)) return false
    const offset = id - this.heap.word(Header.threads)
    const capacity = this.heap.word(Header.threadCapacity)
    return offset >= 0 && offset < capacity * Size.Thread && offset % Size.Thread === 0
  }
}
